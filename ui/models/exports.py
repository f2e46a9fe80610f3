"""What leaves the page as text: the report in its forms, a model's list of files, and a script that downloads them."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from functools import partial
from typing import TYPE_CHECKING, Any

from ...catalog.query import filter_and_sort
from ...model_analyzer import UnknownModelError
from ...reports.file_list import file_list
from ...reports.markdown import full_report
from ...reports.script import ScriptForm, download_script
from ...reports.short import short_report
from ...reports.table_csv import as_csv
from ...reports.table_json import as_json
from ..browser_export import ExportMethod, StatusSlot, browser_export
from .filters import Filters

if TYPE_CHECKING:
    from ...inventory.models import TrackedModel
    from ...model_analyzer import ModelAnalyzer
    from .listings import Listings


class ReportForm(Enum):
    """A form of the report."""

    SHORT = "short"
    FULL = "full"
    CSV = "csv"
    JSON = "json"


_MAKE = {
    ReportForm.SHORT: (short_report, "wan2gp-models-short.md"),
    ReportForm.FULL: (full_report, "wan2gp-models.md"),
    ReportForm.CSV: (as_csv, "wan2gp-models.csv"),
    ReportForm.JSON: (as_json, "wan2gp-models.json"),
}


class Exports:
    """Plain methods: each takes the values of components and returns what `browser_export` makes of the text."""

    def __init__(self, analyzer: ModelAnalyzer, listings: Listings) -> None:
        self._analyzer = analyzer
        self._listings = listings

    def save_report(self, form: str, *filters: Any) -> str:  # noqa: ANN401
        """Save the report of the models that the filters leave."""
        return self._report(ExportMethod.SAVE, form, filters)

    def copy_report(self, form: str, *filters: Any) -> str:  # noqa: ANN401
        """Copy that report."""
        return self._report(ExportMethod.COPY, form, filters)

    def copy_files(self, picked: str) -> str:
        """Copy the list of a model's files."""
        return self._of_model(picked, file_list, ExportMethod.COPY, f"{picked}-files.txt")

    def save_script(self, picked: str, form: str) -> str:
        """Save a script that downloads what a model lacks."""
        script_form = ScriptForm[form]
        script = partial(download_script, form=script_form)
        return self._of_model(picked, script, ExportMethod.SAVE, f"fetch-{picked}{script_form.suffix}")

    def _of_model(
        self, picked: str, make: Callable[[TrackedModel], str], method: ExportMethod, name: str
    ) -> str:
        try:
            model = self._analyzer.model(picked)
        except UnknownModelError as error:  # it is gone since it was shown
            return browser_export(str(error), ExportMethod.TELL, StatusSlot.DETAIL)
        return browser_export(make(model), method, StatusSlot.DETAIL, name)

    def _report(self, method: ExportMethod, form: str, values: tuple[Any, ...]) -> str:
        filters = Filters(*values)
        machine = self._listings.machine(filters.card)
        matching = filter_and_sort(self._listings.of(filters.card), filters.query(machine.card_gb))
        make, name = _MAKE[ReportForm[form]]
        text = make(self._listings.inventory, matching, machine)
        return browser_export(text, method, StatusSlot.REPORT, name)
