"""axe-core finds nothing serious in our tab beyond what plain Gradio components cause by themselves.

What plain Gradio causes is not listed by hand: a page of bare components is looked at in the same run, and a finding
is Gradio's own where the same rule fails in the same kind of component there.
"""

from pathlib import Path

import axe_playwright_python
import gradio as gr
import pandas as pd
import pytest
from browser import launch, open_tab, visit, wait_for_transitions
from playwright.sync_api import expect

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
SERIOUS = {"serious", "critical"}
FIND = """async ([root, ids]) => {
  const found = await axe.run(root, {resultTypes: ["violations"]});
  return found.violations.flatMap((rule) => rule.nodes.map((node) => {
    let place = document.querySelector(node.target[0]);
    const html = node.html.slice(0, 200);
    while (place && !ids.includes(place.id)) place = place.parentElement;
    return [rule.id, rule.impact, place ? place.id : "", html, node.failureSummary];
  }));
}"""


def findings(page, root, kinds):
    """Return (rule, kind of component, place) of what is serious below a root."""
    page.evaluate(AXE)
    found = page.evaluate(FIND, [root, list(kinds)])
    return {
        (rule, kinds.get(place, "page"), f"{place}: {html} {why}")
        for rule, impact, place, html, why in found
        if impact in SERIOUS
    }


def kinds_of(blocks):
    """Return id → kind of every component that has an id, but for those that hold others."""
    return {
        block.elem_id: type(block).__name__
        for block in blocks.blocks.values()
        if getattr(block, "elem_id", None) and not isinstance(block, gr.Row | gr.Column | gr.Tab | gr.Tabs)
    }


@pytest.fixture(scope="module")
def bare():
    """A page of Gradio's components with nothing of ours."""
    theme = gr.themes.Soft(font=["Verdana"], font_mono=["Consolas"], primary_hue="sky", neutral_hue="slate")
    with gr.Blocks(theme=theme, analytics_enabled=False) as blocks, gr.Column(elem_id="bare"):
        gr.Textbox(label="Text", elem_id="text")
        gr.Radio(["a", "b"], value="a", label="One", elem_id="radio")
        gr.Dropdown(["a", "b"], label="Choose", elem_id="dropdown")
        gr.Dropdown(["a", "b"], value=["a"], multiselect=True, label="Choose several", elem_id="several")
        gr.Checkbox(label="Tick", elem_id="checkbox")
        gr.CheckboxGroup(["a", "b"], label="Several", elem_id="group")
        gr.Button("Press", elem_id="button", size="sm")
        gr.Button("Press this", elem_id="primary", size="sm", variant="primary")
        gr.Button("Not now", elem_id="off", size="sm", interactive=False)
        with gr.Accordion("Open", elem_id="accordion"):
            gr.HTML("<p>Text</p>", elem_id="html")
        frame = pd.DataFrame({"x": [1, 2], "y": [3, 4], "c": ["a", "b"]})
        gr.ScatterPlot(frame, x="x", y="y", color="c", title="Plot", elem_id="plot")
        gr.Dataframe([["a", "b"]], headers=["A", "B"], interactive=False, pinned_columns=1, elem_id="table")
    address = launch(blocks)
    yield address, blocks
    blocks.close(verbose=False)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious_of_ours(browser, sample, bare, theme):
    address, blocks = bare
    with visit(browser, address, theme=theme) as page:
        page.locator("#table td").first.wait_for()
        of_gradio = {(rule, kind) for rule, kind, _ in findings(page, "#bare", kinds_of(blocks))}
    with visit(browser, sample.address, theme=theme, height=1400) as page:
        open_tab(page)
        show = page.locator("#mt-show input")
        show.fill("(ltx2_22B_distilled_1_1)")
        show.press("Enter")
        expect(page.locator("#mt-detail h2")).to_contain_text("LTX-2")
        page.locator("#mt-compare-this").click()
        expect(page.locator("#mt-comparison thead button")).to_have_count(1)
        closed = page.locator("#mt-more button.label-wrap:not(.open)")
        while closed.count():
            closed.first.click()
        page.locator("#mt-disk-bars table").wait_for()
        page.locator("#mt-detail summary").first.click()
        wait_for_transitions(page)
        ours = {
            finding
            for finding in findings(page, "#mt-page", kinds_of(sample.page))
            if finding[:2] not in of_gradio
        }
    assert "Dataframe" in {kind for _, kind in of_gradio}  # the bare page was really looked at
    assert not ours, "\n".join(f"{rule} in {kind}: {place}" for rule, kind, place in sorted(ours))
