"use strict";
// Every text is set as text, never as HTML.
(function () {
  const find = (id) => document.getElementById(id);
  const table = find("places"), body = table.tBodies[0], rows = [...body.rows];
  const collator = new Intl.Collator("en-GB", { numeric: true });
  // Accents, signs and case do not matter.
  const plain = (text) => text.normalize("NFKD").toLowerCase().replace(/&/g, "and").replace(/[^\p{L}\p{N}]+/gu, "");
  const nameOf = (row) => row.cells[0].firstElementChild.textContent;
  const names = new Map(rows.map((row) => [row, plain(nameOf(row))]));
  const others = new Map(rows.map((row) => [row, [...row.cells].slice(1, 3).map((cell) => plain(cell.textContent))]));
  const state = { column: 0, rising: true, chosen: null };
  const hasMap = find("map-part") !== null;

  function make(tag, text) {
    const made = document.createElement(tag);
    if (text !== undefined) made.textContent = text;
    return made;
  }

  // --- one place

  function show(row, about) {
    if (state.chosen) state.chosen.classList.remove("chosen");
    state.chosen = row;
    const panel = find("chosen");
    panel.hidden = row === null;
    panel.replaceChildren();
    if (row === null) return;
    row.classList.add("chosen");
    const name = make("strong", nameOf(row));
    name.dir = "auto";
    panel.append(name, make("span", about || words(row)));
    const link = row.querySelector("a");
    if (!link) { panel.append(make("span", "There is no report on it: see below why.")); return; }
    const open = panel.appendChild(make("a", "Open the report on "));
    open.appendChild(make("bdi", nameOf(row)));
    open.href = link.getAttribute("href");
  }

  function words(row) {
    return [...row.cells].slice(1).map((cell, at) => `${table.tHead.rows[0].cells[at + 1].textContent}: ${cell.textContent}`).join("; ");
  }

  function choose(row) {
    if (hasMap && row) placespend.choose(row.dataset.code, { zoom: true });
    else show(row);
  }

  document.addEventListener("placespend:chosen", (event) => {
    const told = event.detail;
    const row = told && rows.find((found) => found.dataset.code === told.code);
    show(row || null, told && told.about);
    if (told && told.again && row && row.querySelector("a")) row.querySelector("a").click();
  });

  for (const row of rows) {
    const link = row.querySelector("a");
    if (hasMap && link) link.addEventListener("focus", () => { if (link.matches(":focus-visible")) placespend.choose(row.dataset.code); });
  }

  // --- search

  function matching(text) {
    const sought = plain(text);
    const tries = [
      (row) => row.dataset.code.toLowerCase() === text.trim().toLowerCase() || names.get(row) === sought,
      (row) => names.get(row).includes(sought),
      (row) => others.get(row).some((words) => words.includes(sought)),
    ];
    return tries.map((test) => rows.filter(test)).find((some) => some.length) || [];
  }

  function filter() {
    const text = find("sought").value;
    // A name that is a part of longer ones leaves them in the table.
    const exact = matching(text), sought = plain(text);
    const longer = exact.length ? rows.filter((row) => sought && names.get(row).includes(sought)) : [];
    const shown = new Set(sought ? [...exact, ...longer] : rows);
    for (const row of rows) row.hidden = !shown.has(row);
    find("found").textContent = !sought ? "" : shown.size ? `Shown: ${shown.size} of ${rows.length} places.` : `No place has a name like \u201c${text.trim()}\u201d.`;
    return sought ? exact : [];
  }

  function search() {
    const found = filter();
    if (!plain(find("sought").value)) { find("found").textContent = "Type the name of a place, or its code."; return; }
    if (found.length !== 1) return;
    choose(found[0]);
    const link = find("chosen").querySelector("a");
    if (link) link.focus();
  }

  find("sought").addEventListener("input", filter);
  find("find").addEventListener("submit", (event) => { event.preventDefault(); search(); });
  find("find").hidden = false;
  if (hasMap) find("map-part").hidden = false;

  // --- sorting

  function sort() {
    const sign = state.rising ? 1 : -1, byName = (one, other) => collator.compare(nameOf(one), nameOf(other));
    const isNumber = table.tHead.rows[0].cells[state.column].classList.contains("number");
    const compare = (one, other) => {
      const [a, b] = [one, other].map((row) => row.cells[state.column]);
      if (state.column === 0) return sign * byName(one, other);
      if (!isNumber) return sign * collator.compare(a.textContent, b.textContent) || byName(one, other);
      const [x, y] = [a, b].map((cell) => cell.dataset.order);
      // Places without a number stand last either way.
      if (x === undefined || y === undefined) return (x === undefined) - (y === undefined) || byName(one, other);
      return sign * (Number(x) - Number(y)) || byName(one, other);
    };
    body.append(...[...rows].sort(compare));
    [...table.tHead.rows[0].cells].forEach((cell, column) => {
      if (column === state.column) cell.setAttribute("aria-sort", state.rising ? "ascending" : "descending");
      else cell.removeAttribute("aria-sort");
    });
  }

  [...table.tHead.rows[0].cells].forEach((cell, column) => {
    const button = make("button", cell.textContent);
    button.type = "button";
    cell.replaceChildren(button);
    button.addEventListener("click", () => {
      // Figures are first wanted from the highest down.
      state.rising = state.column === column ? !state.rising : !cell.classList.contains("number");
      state.column = column;
      sort();
    });
  });
  sort();
})();
