"""Sizes estimated from the format in a file's name, against true sizes."""

import posixpath

from model_tracker.inventory.sizes import _table
from model_tracker.performance.errors import UnknownNameError
from model_tracker.performance.quantization import quantization

LISTS = ("URLs", "URLs2", "text_encoder_URLs")


def bytes_per_parameter(address):
    try:
        return quantization(posixpath.basename(address)).bytes_per_param
    except UnknownNameError:
        return 2.0


def test_a_size_that_follows_from_another_format_is_near_the_true_one(recorded):
    sizes, pairs = _table(), {}
    for definition in recorded.definitions.values():
        for key in LISTS:
            listed = definition.get(key)
            known = [one for one in listed if one in sizes] if isinstance(listed, list) else []
            for address in known:
                for other in known:
                    if other != address:
                        about = sizes[other] * bytes_per_parameter(address) / bytes_per_parameter(other)
                        pairs[address, other] = about / sizes[address]
    assert len(pairs) > 50
    assert {pair: ratio for pair, ratio in pairs.items() if not 0.75 < ratio < 1.34} == {}
