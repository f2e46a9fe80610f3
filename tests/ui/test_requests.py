"""What the hidden boxes hold: what is written there is what is read."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from model_tracker.ui import requests
from model_tracker.ui.requests import FilterAction, FilterRequest, ScanRequest, asked_in
from model_tracker.ui_components import page_script


@given(number=st.integers(min_value=0), chosen=st.text())
def test_a_scan_is_read_as_it_was_written_whatever_the_models_id(number, chosen):
    request = ScanRequest(number, chosen)
    assert ScanRequest.decode(request.encode()) == request


@pytest.mark.parametrize("text", [None, "", "no number"])
def test_a_box_in_which_no_scan_stands_names_no_model(text):
    assert ScanRequest.decode(text) == ScanRequest(0)


@given(action=st.sampled_from(FilterAction), value=st.text(), time=st.integers())
def test_a_filter_request_is_read_as_it_was_written_with_the_time_that_the_browser_adds(action, value, time):
    request = FilterRequest(action, value)
    assert FilterRequest.decode(f"{request.encode()}|{time}") == request


@given(model_type=st.text(), time=st.integers())
def test_a_button_names_its_model_whatever_the_models_id(model_type, time):
    assert asked_in(f"{model_type}|{time}") == model_type


def test_an_action_that_is_none_is_refused():
    with pytest.raises(ValueError, match="delete"):
        FilterRequest.decode("delete:everything|1")


def test_the_pages_script_writes_into_boxes_that_are_there():
    boxes = set(re.findall(r'ask\("([\w-]+)"', page_script()))
    assert boxes == {requests.FILTER_REQUEST_ID, requests.OPEN_ID}
    assert f"`{FilterAction.COLUMN.value}:${{" in page_script()
