"""The inventory as JSON, for other programs.

Each line below is a place in the document, what it holds, and what that means; "[]" stands for each item of a list,
"?" behind a type means that null is possible: not known, or none. `a|b` lists all identifiers that are possible. A text is
written for people unless something else is said of it, and may be worded otherwise in the next version.

    schema                                    integer      2
    taken_at                                  text         ISO 8601, UTC
    wan2gp.version                            text?        as it calls itself
    wan2gp.verified                           boolean?     whether the rules were checked with this version
    wan2gp.capabilities                       object?      how it works where versions differ
    wan2gp.capabilities.shared_files          asked|table|on_use|unknown
    wan2gp.capabilities.choice                fallbacks|exact
    wan2gp.capabilities.text_encoder          last|with_transformer
    wan2gp.capabilities.new_files             first_with_folder|first
    wan2gp.capabilities.pipe_suffix           folder|kept
    wan2gp.capabilities.lora_pipe_suffix      folder|kept
    wan2gp.capabilities.config_choices        boolean
    wan2gp.capabilities.runtime_definitions   boolean
    wan2gp.uncertainties[]                    text         while there is any, no model is downloaded
    wan2gp.not_found[].name                   text         a name in Wan2GP's code
    wan2gp.not_found[].impact                 text         what is lost without it
    settings.transformer_quantization         text         "int8", "fp8", "bf16" …
    settings.text_encoder_quantization        text         the same
    settings.dtype_policy                     text         "auto", "bf16", "fp16"
    settings.bf16_supported                   boolean      by the graphics card
    machine.gpu                               text?        its name
    machine.vram_gb                           number?      as cards are sold
    machine.ram_gib                           number?      GiB
    machine.source                            torch|NVML|chosen|nothing
    folders[]                                 text         checkpoint folders, absolute
    drives[].name                             text         "D:", a mount point
    drives[].roots[]                          text         the checkpoint folders on it
    drives[].total_bytes                      integer?
    drives[].free_bytes                       integer?
    drives[].model_bytes                      integer      files that models need
    totals.models                             integer      all that Wan2GP lists, as the next three
    totals.downloaded                         integer
    totals.partial                            integer
    totals.missing                            integer
    totals.bytes_on_disk                      integer      distinct files of all models
    totals.listed                             integer      those below
    problems[].subject                        text         a folder or a file
    problems[].message                        text
    problems[].remedy                         text         may be empty
    problems[].path                           text?
    models[].status                           downloaded|partial|missing
    models[].name                             text
    models[].is_finetune                      boolean      one of the user's own
    models[].fetch                            nothing|downloads|stops|not_sure|broken|unfinished
    models[].fetch_files                      integer?     null for stops and not_sure
    models[].fetch_bytes                      integer?     small texts of unknown size are not counted, nor below
    models[].fetch_origin                     exact|estimated|at_least|unknown
    models[].speed_tier                       very_fast|fast|medium|slow|very_slow?
    models[].speed_multiplier                 number?      compared with Wan 2.1 text to video; estimated
    models[].vram_min_gb                      number?      the smallest card, as cards are sold
    models[].vram_recommended_gb              number?      with room to spare
    models[].vram_origin                      published|estimated|bounded|unknown
    models[].fits                             fits|tight|slower|unknown
    models[].quality_tier                     basic|good|high|very_high?
    models[].quality_evidence                 own|parent|none
    models[].size_bytes                       integer?     all its files
    models[].size_origin                      exact|estimated|at_least|unknown
    models[].outputs[]                        video|image|audio
    models[].tasks[]                          text         as in this plugin's data, "text to video"
    models[].best_for                         text?
    models[].licence                          text?        its name
    models[].family                           text         as Wan2GP's selector shows it
    models[].model_type                       text         Wan2GP's id
    models[].is_offered                       boolean      false: a finetune that Wan2GP ignored or hid
    models[].stopped_by                       text?        the file at which Generate would stop
    models[].problems[]                       object       as above
    models[].files[].name                     text
    models[].files[].role                     shared|transformer|transformer_2|module|preload|vae|lora|model_data|text_encoder|system_lora|chosen_lora|extra
    models[].files[].state                    present|damaged|unfinished|unanswered|missing
    models[].files[].path                     text         absolute: where it is, or would be put
    models[].files[].url                      text?
    models[].files[].size_bytes               integer?
    models[].files[].size_origin              disk|last_seen|known|estimated|small|unknown
    models[].files[].reason                   text         why it is needed

"totals" count all models that Wan2GP lists; "models" are those that the page shows, in its order. A name may be added
to any object, and an identifier to any list of them, without another number of the schema; none is taken away or
changes its meaning.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from ..catalog import sentences
from ..catalog.columns import figures
from ..inventory.models import ModelStatus

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..catalog.query import ListedModel
    from ..inventory.models import Inventory, TrackedFile
    from ..performance.hardware import Machine
    from ..wan2gp.capabilities import Capabilities
    from ..wan2gp.settings import Settings

SCHEMA = 2
_HALVES = re.compile("[\ud800-\udfff]")


def as_json(inventory: Inventory, models: Sequence[ListedModel], machine: Machine) -> str:
    """Return the whole as one JSON object."""
    document = {
        "schema": SCHEMA,
        "taken_at": inventory.taken_at.isoformat(),
        "wan2gp": _wan2gp(inventory),
        "settings": _settings(inventory.settings),
        "machine": {
            "gpu": machine.gpu_name,
            "vram_gb": machine.card_gb,
            "ram_gib": machine.ram_gib,
            "source": machine.source,
        },
        "folders": list(inventory.roots),
        "drives": [asdict(drive) for drive in inventory.drives],
        "totals": {
            "models": len(inventory.visible),
            **{status.value: inventory.count(status) for status in ModelStatus},
            "bytes_on_disk": inventory.bytes_on_disk,
            "listed": len(models),
        },
        "problems": [asdict(problem) for problem in inventory.problems],
        "models": [_model(model) for model in models],
    }
    text = json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False)
    return _HALVES.sub(lambda half: f"\\u{ord(half[0]):04x}", text) + "\n"  # UTF-8 cannot hold them


def _wan2gp(inventory: Inventory) -> dict[str, Any]:
    compatibility = inventory.compatibility
    host_capabilities = compatibility.host_capabilities if compatibility else None
    return {
        "version": inventory.version,
        "verified": compatibility.is_verified if compatibility else None,
        "capabilities": _capabilities(host_capabilities) if host_capabilities else None,
        "uncertainties": list(compatibility.uncertainties) if compatibility else [],
        "not_found": [{"name": name.name, "impact": name.impact} for name in inventory.missing_names],
    }


def _capabilities(host_capabilities: Capabilities) -> dict[str, Any]:
    return {
        "shared_files": host_capabilities.shared.value,
        "choice": host_capabilities.choice.value,
        "text_encoder": host_capabilities.text_encoder.value,
        "new_files": host_capabilities.new_files.value,
        "pipe_suffix": host_capabilities.pipe_suffix.value,
        "lora_pipe_suffix": host_capabilities.lora_pipe_suffix.value,
        "config_choices": host_capabilities.configs,
        "runtime_definitions": host_capabilities.runtime_definitions,
    }


def _settings(settings: Settings) -> dict[str, Any]:
    return {
        "transformer_quantization": settings.transformer_quantization or "bf16",
        "text_encoder_quantization": settings.text_encoder_quantization or "bf16",
        "dtype_policy": settings.dtype_policy or "auto",
        "bf16_supported": settings.bf16_supported,
    }


def _model(model: ListedModel) -> dict[str, Any]:
    tracked = model.tracked
    return {
        **figures(model),
        "is_offered": tracked.is_offered,
        "stopped_by": tracked.stopped_by.required.name if tracked.stopped_by else None,
        "problems": [asdict(problem) for problem in tracked.problems],
        "files": [_file(file) for file in tracked.files],
    }


def _file(file: TrackedFile) -> dict[str, Any]:
    return {
        "name": file.required.name,
        "role": file.required.role.value,
        "state": file.state.value,
        "path": file.path,
        "url": file.required.url,
        "size_bytes": file.size_bytes,
        "size_origin": file.size.origin.value,
        "reason": sentences.reason(file),
    }
