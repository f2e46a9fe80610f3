"""With other texts in `texts/` the page says these, and works as before."""

import json
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
from model_tracker.performance.metrics import known_metrics

ROOT = Path(__file__).parents[1]
_TRANSLATED = re.compile("«[^«»]*»")
_PROSE = re.compile(r"[A-Za-z’']{2,}[,:]? [a-z]{2,}")


@pytest.fixture(scope="module")
def read(tmp_path_factory):
    script = ROOT / "tests/other_language.py"
    done = subprocess.run(
        [sys.executable, script, tmp_path_factory.mktemp("other")],
        env={"PYTHONPATH": str(ROOT / "standalone"), "PYTHONUTF8": "1", "PATH": ""},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr[-600:]
    return json.loads(done.stdout.splitlines()[-1])


class Words(HTMLParser):
    """The texts of HTML, and those of tooltips and names for screen readers."""

    def __init__(self, html):
        super().__init__()
        self.texts, self.heads, self._in_head = [], [], False
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self._in_head = tag in {"h3", "h4", "dt", "summary"} or (tag == "th" and ("scope", "col") in attrs)
        self.texts += [value for name, value in attrs if name in {"title", "aria-label"} and value]

    def handle_endtag(self, _tag):
        self._in_head = False

    def handle_data(self, data):
        self.texts.append(data)
        self.heads += [data] if self._in_head and data.strip() else []


def left(text):
    """Return what of a text is not translated."""
    while _TRANSLATED.search(text):
        text = _TRANSLATED.sub("", text)
    return text


def test_nothing_goes_wrong(read):
    assert read["errors"] == []
    assert any("«downloaded»" in status.casefold() for status in read["statuses"])


def test_every_label_and_button_is_translated(read):
    labels = {
        (name, value)
        for name, props in read["shown"].items()
        for value in (props["label"], props["placeholder"])
        if value and not name.endswith(("-hidden", "number"))
    }
    assert len(labels) > 30
    assert not [label for label in labels if _PROSE.search(left(label[1]))]
    assert not [label for label in labels if not label[1].startswith("«") and label[1].isascii()]


@pytest.mark.parametrize("name", ["mt-summary", "mt-chosen-model", "mt-count", "mt-host", "mt-comparison"])
def test_no_sentence_of_a_part_is_left_as_it_was(read, name):
    told = Words(read["shown"][name]["value"]).texts
    assert any("«" in text for text in told)
    figures = known_metrics().values()
    data = {model.best_for for model in figures} | {", ".join(model.tasks) for model in figures}
    assert not [text for text in told if _PROSE.search(left(text)) and text not in data]


def test_the_headings_of_the_detail_are_translated(read):
    heads = Words(read["shown"]["mt-detail"]["value"]).heads
    assert len(heads) > 10
    assert [head for head in heads if "«" not in head] == []


def test_reports_and_scripts_speak_the_other_language(read):
    scripts, reports = read["sent"][:3], read["sent"][3:]
    assert all(re.search("^# «", script, re.MULTILINE) for script in scripts)
    assert all("«Wan2GP models»" in report for report in reports[:2])
    assert json.loads(reports[3])["models"]
