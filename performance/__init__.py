"""What is known of each model: speed, VRAM, quality and best use, each figure with its origin.

Facts are JSON files in `facts/`, read once when first needed. Everything else is pure functions of them:

    facts/*.json → records → catalogue ─┬→ vram, speed, sound ─┬→ metrics → alternatives
                                        └→ quality ────────────┘
    vram + hardware (this machine) → fit
    measurement rows → standalone/calibration → constants; standalone/evaluate says how good they are

`performance_db.PerformanceDatabase` is the front door; the page also takes `alternatives`, `hardware` and `fit`.
"""
