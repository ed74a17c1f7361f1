"use strict";
// Every text is set as text, never as HTML.
const placespend = (function () {
  const told = JSON.parse(document.getElementById("content").textContent);
  const STEP = 1e-5;
  const collator = new Intl.Collator("en-GB", { numeric: true });
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const find = (id) => document.getElementById(id);
  const state = { layer: 0, column: 0, rising: true, chosen: null, hovered: null, dismissed: false };
  // A page may have a table and a search of its own.
  const hasTable = find("table") !== null;
  let map, bounds, renderer, tooltip, halo, outline;
  const shapes = [], rows = [], buttons = [];

  function make(tag, text, attributes) {
    const made = document.createElement(tag);
    if (text !== undefined) made.textContent = text;
    for (const [name, value] of Object.entries(attributes || {})) made.setAttribute(name, value);
    return made;
  }

  function points(ring) {
    let east = 0, north = 0;
    const found = [];
    for (let at = 0; at < ring.length; at += 2) {
      east += ring[at];
      north += ring[at + 1];
      found.push([north * STEP, east * STEP]);
    }
    return found;
  }

  function openMap(id) {
    renderer = L.svg({ padding: 0.5 });
    map = L.map(id, {
      attributionControl: false, zoomControl: false, zoomSnap: 0.25, zoomDelta: 1, renderer,
      zoomAnimation: !still, fadeAnimation: !still, markerZoomAnimation: !still, inertia: !still, minZoom: 4, maxZoom: 17,
    });
    return map;
  }

  function drawPlaces(found, corners) {
    bounds = L.latLngBounds(corners);
    fit();
    L.control.zoom({ position: "topleft", zoomInTitle: "Zoom in", zoomOutTitle: "Zoom out" }).addTo(map);
    addShowAll();
    L.control.scale({ imperial: false, position: "bottomleft" }).addTo(map);
    map.createPane("chosen").style.zIndex = 450;
    map.getPane("chosen").style.pointerEvents = "none";
    tooltip = L.tooltip({ className: "place", opacity: 1 });
    told.shapes.forEach((polygons, place) => {
      const shape = L.polygon(polygons.map((rings) => rings.map(points)), { renderer, weight: 0.6, fillOpacity: 1, smoothFactor: 0.6 });
      shape.on("mouseover mousemove", (event) => hover(place, event.latlng));
      shape.on("mouseout", () => hover(null));
      shape.on("click", (event) => { L.DomEvent.stop(event); choose(place, { at: event.latlng, scroll: true, pointed: true }); });
      shapes.push(shape.addTo(map));
    });
    map.on("click", () => choose(null));
    const frame = map.getContainer();
    frame.setAttribute("role", "region");
    frame.setAttribute("aria-label", `Map: ${told.title}`);
    frame.setAttribute("aria-describedby", "description");
    document.addEventListener("keydown", (event) => { if (event.key === "Escape") { state.dismissed = true; map.closeTooltip(tooltip); } });
    renderer._container.setAttribute("role", "img");
    renderer._container.setAttribute("aria-label", "The places, shaded. The table says the same.");
    if (hasTable) buildTable();
    buildChoices();
    show(0);
    // What is seen is printed, in the size that it has on paper.
    let seen;
    window.addEventListener("beforeprint", () => { seen = map.getBounds(); resize("calc(17.5cm - 2px)", "15cm"); map.fitBounds(seen, { animate: false }); });
    window.addEventListener("afterprint", () => { resize("", ""); map.fitBounds(seen, { animate: false }); });
  }

  function resize(width, height) {
    Object.assign(map.getContainer().style, { width, height });
    map.invalidateSize({ animate: false });
  }

  function fit() {
    map.fitBounds(bounds, { padding: [8, 8], animate: false });
  }

  function addShowAll() {
    const control = L.control({ position: "topright" });
    control.onAdd = () => {
      const held = make("div", undefined, { class: "show-all" });
      const button = held.appendChild(make("button", "Show all", { type: "button", "aria-label": "Show all places on the map" }));
      L.DomEvent.disableClickPropagation(held);
      button.addEventListener("click", () => { find("found").textContent = ""; choose(null); fit(); });
      return held;
    };
    control.addTo(map);
  }

  // --- what is shown of a place

  function say(place, at) {
    const said = document.createElement("div");
    said.append(make("strong", told.names[place], { dir: "auto" }), make("span", told.layers[state.layer].about[place]));
    const half = Math.min(288, 0.6 * window.innerWidth) / 2 + 12, room = 120, size = map.getSize();
    const box = shapes[place].getBounds(), [north, east] = told.anchors[place];
    const across = (latitude) => map.latLngToContainerPoint([latitude, east]).y;
    // Beside the place, where there is room.
    let there = at || [north, east];
    const point = map.latLngToContainerPoint(there);
    let side = point.y < room ? "bottom" : "top";
    if (!at && across(box.getNorth()) > room) [there, side] = [[box.getNorth(), east], "top"];
    else if (!at && across(box.getSouth()) < size.y - room) [there, side] = [[box.getSouth(), east], "bottom"];
    tooltip.options.direction = point.x < half ? "right" : point.x > size.x - half ? "left" : side;
    tooltip.setLatLng(there).setContent(said);
    map.openTooltip(tooltip);
  }

  function mark(place) {
    for (const drawn of [halo, outline]) if (drawn) drawn.remove();
    halo = outline = null;
    if (place === null) return;
    const common = { pane: "chosen", interactive: false, fill: false, smoothFactor: 0.6 };
    halo = L.polygon(shapes[place].getLatLngs(), { ...common, color: "#ffffff", weight: 6 }).addTo(map);
    outline = L.polygon(shapes[place].getLatLngs(), { ...common, color: "#0b0c0c", weight: 3 }).addTo(map);
  }

  function hover(place, at) {
    if (place === null) {
      state.hovered = null;
      mark(state.chosen);
      if (state.chosen === null || state.dismissed) map.closeTooltip(tooltip);
      else say(state.chosen);
      return;
    }
    if (place !== state.hovered) mark(place);
    state.hovered = place;
    say(place, at);
  }

  function choose(place, how) {
    const { at, zoom, scroll, pointed } = how || {};
    const again = pointed === true && place === state.chosen;
    if (hasTable && state.chosen !== null) {
      rows[state.chosen].classList.remove("chosen");
      buttons[state.chosen].removeAttribute("aria-current");
    }
    state.chosen = place;
    state.dismissed = false;
    mark(place);
    tellPage(place, again);
    if (place === null) { map.closeTooltip(tooltip); return; }
    if (hasTable) {
      rows[place].classList.add("chosen");
      buttons[place].setAttribute("aria-current", "true");
      rove(place);
    }
    if (zoom) map.fitBounds(shapes[place].getBounds(), { padding: [60, 60], maxZoom: map.getBoundsZoom(bounds) + 4, animate: !still });
    else if (!map.getBounds().contains(told.anchors[place])) map.panTo(told.anchors[place], { animate: !still });
    say(place, at);
    if (hasTable && scroll) bringIntoTable(place);
  }

  function tellPage(place, again) {
    const detail = place === null ? null : { code: told.codes[place], about: told.layers[state.layer].about[place], again };
    document.dispatchEvent(new CustomEvent("placespend:chosen", { detail }));
  }

  function chooseCode(code, how) {
    const place = told.codes.indexOf(code);
    choose(place < 0 ? null : place, how);
  }

  function bringIntoTable(place) {
    const scroll = find("scroll"), row = rows[place];
    const head = scroll.querySelector("thead").offsetHeight;
    if (row.offsetTop < scroll.scrollTop + head || row.offsetTop + row.offsetHeight > scroll.scrollTop + scroll.clientHeight)
      scroll.scrollTop = row.offsetTop - head - scroll.clientHeight / 3;
  }

  // --- the table

  function buildTable() {
    const body = find("table").tBodies[0], head = find("table").tHead.rows[0];
    ["Place", "", "How it is known"].forEach((words, column) => {
      const cell = head.appendChild(make("th", undefined, { scope: "col" }));
      if (column === 1) cell.className = "number";
      cell.appendChild(make("button", words, { type: "button" })).addEventListener("click", () => {
        // Figures are first wanted from the highest down.
        state.rising = state.column === column ? !state.rising : column !== 1;
        state.column = column;
        sort();
      });
    });
    told.names.forEach((name, place) => {
      const row = make("tr");
      const button = make("button", name, { type: "button", tabindex: "-1", dir: "auto" });
      button.addEventListener("click", () => {
        choose(place, { zoom: true });
        find("picture").scrollIntoView({ block: "nearest" });
      });
      button.addEventListener("focus", () => { rove(place); if (button.matches(":focus-visible")) choose(place); });
      button.addEventListener("keydown", (event) => step(event, place));
      const cell = make("th", undefined, { scope: "row" });
      cell.appendChild(button);
      row.append(cell, make("td", undefined, { class: "number" }), make("td"));
      rows.push(row);
      buttons.push(button);
      body.appendChild(row);
    });
  }

  function rove(place) {
    const before = find("table").tBodies[0].querySelector('button[tabindex="0"]');
    if (before) before.tabIndex = -1;
    buttons[place].tabIndex = 0;
  }

  function step(event, place) {
    const body = find("table").tBodies[0], last = body.rows.length - 1, here = rows[place].sectionRowIndex;
    const to = { ArrowDown: here + 1, ArrowUp: here - 1, PageDown: here + 10, PageUp: here - 10, Home: 0, End: last }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = rows.indexOf(body.rows[Math.max(0, Math.min(last, to))]);
    buttons[next].focus({ preventScroll: true });
    choose(next, { scroll: true });
  }

  function sort() {
    const layer = told.layers[state.layer], sign = state.rising ? 1 : -1;
    const byName = (one, other) => collator.compare(told.names[one], told.names[other]) || one - other;
    const compare = [
      (one, other) => sign * byName(one, other),
      (one, other) => {
        const a = layer.order[one], b = layer.order[other];
        // Places without a number stand last either way.
        if (a === null || b === null) return (a === null) - (b === null) || collator.compare(layer.shown[one], layer.shown[other]) || byName(one, other);
        return sign * (a - b) || byName(one, other);
      },
      (one, other) => sign * collator.compare(layer.status[one], layer.status[other]) || byName(one, other),
    ][state.column];
    const order = told.names.map((_, place) => place).sort(compare);
    find("table").tBodies[0].append(...order.map((place) => rows[place]));
    [...find("table").tHead.rows[0].cells].forEach((cell, column) => {
      if (column === state.column) cell.setAttribute("aria-sort", state.rising ? "ascending" : "descending");
      else cell.removeAttribute("aria-sort");
    });
    rove(state.chosen === null ? order[0] : state.chosen);
  }

  // --- layers and legend

  function drawn(tag, attributes) {
    const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    return made;
  }

  function swatch(style) {
    const picture = drawn("svg", { "aria-hidden": "true", viewBox: "0 0 36 22" });
    // Without a style it is the line between two classes.
    picture.appendChild(style === null
      ? drawn("line", { x1: 0, y1: 11, x2: 36, y2: 11, stroke: "#0b0c0c", "stroke-width": 2 })
      : drawn("rect", { x: 1, y: 1, width: 34, height: 20, fill: style.paint, stroke: style.edge, "stroke-width": style.width ? 2 : 1 }));
    return picture;
  }

  function show(number) {
    state.layer = number;
    find("found").textContent = "";
    const layer = told.layers[number];
    const legend = find("legend");
    legend.replaceChildren();
    layer.keys.forEach((key) => {
      if (key.heading && !legend.children.length) { find("legend-heading").textContent = key.words; return; }
      const row = make("li");
      if (key.line) row.appendChild(swatch(null));
      else if (key.style !== null) row.appendChild(swatch(told.styles[key.style]));
      const words = row.appendChild(make(key.heading ? "strong" : "span", key.words));
      if (key.count) words.append(" ", make("span", key.count, { class: "count" }));
      legend.appendChild(row);
    });
    find("classes").textContent = layer.classes;
    find("description").textContent = layer.description;
    const levels = new Map();
    shapes.forEach((shape, place) => {
      const style = told.styles[layer.styles[place]];
      shape.setStyle({ fillColor: style.paint, color: style.edge, weight: style.width ? 1.4 : 0.6 });
      if (!levels.has(style.above)) levels.set(style.above, []);
      levels.get(style.above).push(shape);
      if (!hasTable) return;
      rows[place].cells[1].textContent = layer.shown[place];
      rows[place].cells[2].textContent = layer.status[place];
    });
    [...levels.keys()].sort((one, other) => one - other).forEach((level) => levels.get(level).forEach((shape) => shape.bringToFront()));
    if (hasTable) showInTable(layer);
    if (state.chosen !== null) choose(state.chosen);
  }

  function showInTable(layer) {
    find("table").tHead.rows[0].cells[1].firstChild.textContent = layer.unit;
    const known = layer.status.some((words) => words);
    for (const row of find("table").rows) row.cells[2].hidden = !known;
    if (!known && state.column === 2) { state.column = 0; state.rising = true; }
    sort();
  }

  function buildChoices() {
    const layers = find("layers");
    told.layers.forEach((layer, number) => {
      const label = layers.appendChild(make("label"));
      const radio = label.appendChild(make("input", undefined, { type: "radio", name: "layer", value: number }));
      radio.checked = number === 0;
      radio.addEventListener("change", () => show(number));
      label.appendChild(make("span", layer.name, { dir: "auto" }));
    });
    layers.hidden = told.layers.length < 2;
    find("choices").hidden = false;
    if (find("search") === null) return;
    find("names").append(...told.names.map((name) => make("option", undefined, { value: name })));
    find("choices").addEventListener("submit", (event) => { event.preventDefault(); search(find("search").value); });
  }

  // --- search

  // Accents, signs and case do not matter.
  const plain = (text) => text.normalize("NFKD").toLowerCase().replace(/&/g, "and").replace(/[^\p{L}\p{N}]+/gu, "");

  function search(text) {
    const sought = plain(text);
    const said = find("found");
    if (!sought) { said.textContent = "Type the name of a place."; return; }
    const names = told.names.map(plain), all = names.map((_, place) => place);
    const tries = [
      (place) => told.codes[place].toLowerCase() === text.trim().toLowerCase(),
      (place) => names[place] === sought,
      (place) => names[place].startsWith(sought),
      (place) => names[place].includes(sought),
    ];
    const found = tries.map((test) => all.filter(test)).find((some) => some.length) || [];
    if (!found.length) {
      said.textContent = `No place on this map has a name like \u201c${text.trim()}\u201d.`;
    } else if (found.length > 1) {
      const some = found.slice(0, 5).map((place) => told.names[place]);
      said.textContent = `${found.length} places have such a name: ${some.join(", ")}${found.length > 5 ? " and others" : ""}.`;
    } else {
      choose(found[0], { zoom: true, scroll: true });
      said.textContent = `${told.names[found[0]]}: ${told.layers[state.layer].about[found[0]]}`;
    }
  }

  return { openMap, drawPlaces, choose: chooseCode };
})();
