// What the table does at clicks and keys; Gradio's own read-only table keeps them to itself, so they are caught first.
{
  const table = "#mt-table";
  const ask = (box, text) => {
    const field = document.querySelector(`#${box} textarea, #${box} input`);
    field.value = `${text}|${Date.now()}`; // new each time, else nothing would have changed
    field.dispatchEvent(new Event("input", {bubbles: true}));
  };
  const stop = (event) => {
    event.preventDefault();
    event.stopPropagation();
  };

  for (const kind of ["mousedown", "click"]) {
    document.addEventListener(kind, (event) => {
      const withKey = event.ctrlKey || event.metaKey || event.shiftKey;
      if (withKey && event.target.closest(`${table} td`)) stop(event); // it would end all selecting until a reload
    }, true);
  }

  document.addEventListener("click", (event) => {
    const head = event.target.closest(`${table} th`);
    if (head) {
      document.body.click(); // the selection would stay on the row's number, and so on another model
      ask("mt-filter-request", `column:${head.cellIndex}`);
    }
  }, true);

  document.addEventListener("mouseup", (event) => { // not click: Gradio draws the cell again before that
    const isNarrow = matchMedia("(max-width: 900px)").matches;
    if (!isNarrow || !event.target.closest(`${table} td`)) return;
    const side = document.querySelector("#mt-side"); // it stands below the table there
    setTimeout(() => side.scrollIntoView({behavior: "smooth"}), 200); // once Gradio has brought the cell into sight
  }, true);

  document.addEventListener("keydown", (event) => {
    if (!event.target.closest(table)) return;
    if (event.key === "Escape") { // the Tab key does not leave the table
      stop(event);
      document.activeElement.blur();
      document.body.click();
      document.querySelector("#mt-refresh").focus();
    } else if (event.key === "Enter") {
      const row = document.querySelector(`${table} td.cell-selected`)?.closest("tr");
      if (!row) return;
      stop(event);
      ask("mt-open", row.lastElementChild.textContent.trim());
    }
  }, true);
}
