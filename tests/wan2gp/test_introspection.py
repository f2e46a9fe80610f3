"""What a Wan2GP shows of itself by its compiled functions."""

from model_tracker.wan2gp.introspection import Introspection


def namespace_with(source, **names):
    exec(compile(source, "wgp", "exec"), names)
    return names


SOURCE = """
WEIGHTS = "named.safetensors"
def download_models():
    def inner():
        return os.path.join("folder", "written.safetensors"), WEIGHTS
    query_model_files, inner()
"""


def test_texts_are_those_written_and_those_of_the_globals_that_are_used_in_inner_functions_too():
    written = Introspection(namespace_with(SOURCE)).fetching_code
    assert {"written.safetensors", "named.safetensors", "folder"} <= written.texts
    assert {"os", "path", "join", "WEIGHTS"} <= written.names


def test_a_global_that_has_the_name_of_an_attribute_is_not_used_by_it():
    written = Introspection(namespace_with(SOURCE, path="left-behind.safetensors")).fetching_code
    assert "left-behind.safetensors" not in written.texts
