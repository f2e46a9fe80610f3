"""`dev.py bench page` finds in the page what it measures."""

from benches import page
from benches.measuring import Scene


def test_the_tab_search_and_status_are_measured_against_bare_ones(browser, tmp_path, monkeypatch):
    monkeypatch.setattr("benches.measuring.MODELS", 0)  # the sample alone
    monkeypatch.setattr(page, "ROUNDS", 1)
    monkeypatch.setattr(page, "SIZES", ((0, 100),))
    rows = {row.name.partition(": ")[2]: row for row in page.measure_in(browser, Scene(None, tmp_path))}
    judged = {name: row.against for name, row in rows.items() if row.bound}
    assert judged == {
        "tab opened → rows": "bare tab",
        "search → rows": "bare table",
        "status → rows": "bare table",
    }
    assert all(row.figure > 0 for row in rows.values())
