"""The page on the embedded sample, and a way to fire its events without a browser."""

import asyncio
from dataclasses import dataclass
from typing import Any

import pytest
from demo import set_scene
from gradio import EventData
from gradio.state_holder import SessionState
from model_tracker.plugin import ModelTrackerPlugin
from stage import Stage


@dataclass
class Page:
    """A built page and its plugin."""

    blocks: Any
    stage: Stage
    loop: Any

    def __post_init__(self):
        # running an event changes what Gradio holds as a component's value
        self.session = SessionState(self.blocks)
        self.initial = {key: getattr(block, "value", None) for key, block in self.blocks.blocks.items()}

    def component(self, elem_id):
        return next(
            block for block in self.blocks.blocks.values() if getattr(block, "elem_id", None) == elem_id
        )

    def events_on(self, component, event):
        return [one for one in self.blocks.fns.values() if (component._id, event) in one.targets]

    def fire(self, elem_id, event, *, data=None, **inputs):
        """Run the event's handlers with the components' values, changed by `inputs`; return outputs by id.

        Inputs are named by id without "mt-".
        """
        known = {name_of(block) for function in self.blocks.fns.values() for block in function.inputs}
        assert inputs.keys() <= known, f"no input of an event is called {sorted(inputs.keys() - known)}"
        target = self.component(elem_id)
        answers = [
            self._run(function, target, data, inputs)
            for function in self.events_on(target, event)
            if function.fn is not None
        ]
        assert answers, f"nothing listens to {event} of {elem_id}"
        told = {name: value for answer in answers for name, value in answer.items()}
        if isinstance(
            told.get("mt-list-number"), str
        ):  # its change lists anew, with the values as they are then
            new = {name.removeprefix("mt-").replace("-", "_"): value for name, value in told.items()}
            values = {name: update["value"] for name, update in new.items() if is_new_value(update)}
            told |= self.fire("mt-list-number", "change", **{**inputs, **values})
        return told

    def _run(self, function, target, data, inputs):
        values = [inputs.get(name_of(block), self.initial[block._id]) for block in function.inputs]
        answer = self.loop.run_until_complete(
            self.blocks.process_api(
                function,
                values,
                event_data=EventData(target, data),
                state=self.session,
            )
        )
        for block, value in zip(function.outputs, answer["data"], strict=True):
            if block.elem_id in {"mt-disk-request", "mt-scan-id"} and isinstance(value, str):
                self.initial[block._id] = value  # what the page would send next
        names = [block.elem_id or type(block).__name__ for block in function.outputs]
        return dict(zip(names, answer["data"], strict=True))


def name_of(block):
    return (block.elem_id or "").removeprefix("mt-").replace("-", "_")


def is_new_value(update):
    return isinstance(update, dict) and update.get("__type__") == "update" and "value" in update


@pytest.fixture
def page(tmp_path, patient):
    scene = set_scene(tmp_path)
    stage = Stage(scene.namespace, ModelTrackerPlugin)
    loop = asyncio.new_event_loop()
    yield Page(stage.build(), stage, loop)
    loop.close()
