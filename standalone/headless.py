"""A page used without a browser: fires events as a visitor would, and follows what comes of them.

    page = HeadlessPage(blocks)
    page.open_tab("Model Tracker")
    page.type_into(search, "wan")
    page.value(table)

One visitor, one event at a time. JavaScript, timers and streaming are left out: of a generator's values the first
is seen.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import gradio as gr
from gradio.state_holder import SessionState

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from gradio.blocks import Block, BlockFunction

_MOST_EVENTS = 100
"""Events that may come of one; more are taken for a loop."""


class HeadlessPage:
    """What one visitor sees of a page."""

    def __init__(self, blocks: gr.Blocks) -> None:
        self._blocks = blocks
        self._session = SessionState(blocks)
        config = blocks.get_config_file()
        self._props: dict[int, dict[str, Any]] = {
            component["id"]: dict(component["props"]) for component in config["components"]
        }
        self._budget = _MOST_EVENTS

    def value(self, component: Block) -> Any:  # noqa: ANN401 - any component's
        """Return a component's value as the browser has it; of a State, what the session holds."""
        if isinstance(component, gr.State):
            return self._session[component._id]  # noqa: SLF001 - Gradio's only name for it
        return self.prop(component, "value")

    def prop(self, component: Block, name: str) -> Any:  # noqa: ANN401 - any component's
        """Return another property, such as "visible", "choices", or "selected" of Tabs."""
        return self._props[component._id].get(name)  # noqa: SLF001 - the same

    def type_into(self, component: Block, value: Any) -> None:  # noqa: ANN401 - any component's
        """Give a component a value as a visitor does: `input` is fired, then `change`."""
        self._props[component._id]["value"] = value  # noqa: SLF001 - the same
        self.fire(component, "input")
        self.fire(component, "change")

    def click(self, component: Block) -> None:
        """Click a button."""
        self.fire(component, "click")

    def select(self, component: Block, index: Any, value: Any, **more: Any) -> None:  # noqa: ANN401 - any
        """Select something in a component; `row_value` and the like go along."""
        self.fire(component, "select", {"index": index, "value": value, "selected": True, **more})

    def open_tab(self, label: str) -> None:
        """Open a tab by its label.

        Raises:
            KeyError: There is none.
        """
        for block in self._blocks.blocks.values():
            if isinstance(block, gr.Tab) and block.label == label:
                tabs = block.parent
                assert isinstance(tabs, gr.Tabs)
                self._props[tabs._id]["selected"] = block.id  # noqa: SLF001 - the same
                self.select(tabs, 0, label)
                self.select(block, 0, label)
                return
        raise KeyError(label)

    def fire(self, component: Block, event: str, data: dict[str, Any] | None = None) -> None:
        """Fire an event of a component, then all that follows from it.

        Raises:
            RuntimeError: It never ends.
        """
        self._budget = _MOST_EVENTS
        self._fire(component._id, event, data)  # noqa: SLF001 - the same

    def _fire(self, identifier: int, event: str, data: dict[str, Any] | None = None) -> None:
        for function in list(self._blocks.fns.values()):
            if (identifier, event) in function.targets:
                self._run(function, identifier, data)

    def _run(self, function: BlockFunction, target: int | None, data: dict[str, Any] | None = None) -> None:
        self._budget -= 1
        if self._budget < 0:
            raise RuntimeError(f"More than {_MOST_EVENTS} events came of one: a loop?")
        changed = self._call(function, target, data) if function.fn else []
        for follower in list(self._blocks.fns.values()):
            if follower.trigger_after == function._id:  # noqa: SLF001 - the same
                self._run(follower, target)
        for identifier in changed:
            self._fire(identifier, "change")

    def _call(self, function: BlockFunction, target: int | None, data: dict[str, Any] | None) -> list[int]:
        """Call one listener, keep what it returns, and return the components whose value is another now."""
        inputs = [
            None if isinstance(block, gr.State) else self._props[block._id].get("value")  # noqa: SLF001 - same
            for block in function.inputs
        ]
        block = self._blocks.blocks.get(target) if target is not None else None
        answer = _wait_for(
            self._blocks.process_api(
                function,
                inputs,
                state=self._session,
                event_data=gr.EventData(block, data if data is not None else {"index": None, "value": None}),
            )
        )
        changed: list[int] = []
        for output, given in zip(function.outputs, answer["data"], strict=False):
            props = self._props[output._id]  # noqa: SLF001 - the same
            before = props.get("value")
            is_update = isinstance(given, dict) and given.get("__type__") == "update"
            props.update(
                {key: value for key, value in given.items() if key != "__type__"}
                if is_update
                else {"value": given}
            )
            if props.get("value") != before:
                changed.append(output._id)  # noqa: SLF001 - the same
        return changed


def _wait_for(work: Coroutine[Any, Any, dict[str, Any]]) -> dict[str, Any]:
    """Do the work in a loop of its own; `asyncio.run` would drop the one that Gradio made, unclosed."""
    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(work)
    finally:
        loop.close()
