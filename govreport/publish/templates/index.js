"use strict";
(() => {
  const byId = id => document.getElementById(id);
  const table = byId("list"), heads = [...table.tHead.rows[0].cells].filter(head => head.dataset.key);
  const filters = ["q", "year", "state", "parent", "kind"].map(byId);
  const [search] = filters;
  const CHUNK = table.tBodies[0] ? table.tBodies[0].rows.length : 1;
  const DATE = /\d{4}-\d\d-\d\d/g; // a year that is searched for is the reports'
  const USUAL = "-year";
  const PAUSE = 80; // milliseconds after the last key
  const order = new Map([...byId("state").options].map((option, place) => [option.text, place]));
  const text = cell => cell.textContent;

  // every row is read once; from then on only this list is searched and sorted
  const rows = [...table.querySelectorAll("tbody > tr")].map((row, place) => {
    const [year, name, state, ...rest] = row.cells, slug = row.getAttribute("data-a"), late = row.getAttribute("data-l");
    const [error, warning, notice] = rest.map(cell => Number(cell.firstChild && cell.firstChild.data) || 0);
    return {
      row, place, error, warning, notice, year: text(year), state: text(state.firstChild),
      name: name.firstChild.data, parent: row.getAttribute("data-p"), kind: row.getAttribute("data-k"),
      late: late === null ? -Infinity : Number(late),
      words: `${slug} ${text(name)} ${text(state)} ${text(rest[3])}`.replace(DATE, " ").toLowerCase() + ` ${text(year)}`,
    };
  });

  let sort = USUAL, ranks = null;
  const value = { name: row => ranks.get(row.name), state: row => order.get(row.state), year: row => Number(row.year) };
  const down = () => sort.startsWith("-");
  const key = () => sort.replace("-", "");

  function sorted(chosen) {
    if (sort === USUAL) return chosen;
    if (key() === "name" && !ranks) {
      const names = [...new Set(rows.map(row => row.name))].sort(new Intl.Collator("zh-CN").compare);
      ranks = new Map(names.map((name, rank) => [name, rank]));
    }
    const of = value[key()] || (row => row[key()]), sign = down() ? -1 : 1;
    return [...chosen].sort((a, b) => {
      const [x, y] = [of(a), of(b)];
      return x === y ? a.place - b.place : x < y ? -sign : sign;
    });
  }

  function show() {
    const [words, ...exact] = filters.map(filter => filter.value.trim());
    const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
    const asked = exact.map((chosen, place) => [filters[place + 1].id, chosen]).filter(pair => pair[1]);
    const chosen = sorted(rows.filter(row =>
      asked.every(([name, is]) => row[name] === is) && wanted.every(word => row.words.includes(word))));
    const bodies = [];
    for (let start = 0; start < chosen.length; start += CHUNK) {
      const body = document.createElement("tbody");
      body.append(...chosen.slice(start, start + CHUNK).map(row => row.row));
      bodies.push(body);
    }
    for (const body of [...table.tBodies]) body.remove();
    table.append(...bodies);
    byId("shown").textContent = `显示${chosen.length}份，共${rows.length}份`;
    byId("reset").disabled = !wanted.length && !asked.length && sort === USUAL;
    for (const head of heads) {
      if (head.dataset.key === key()) head.setAttribute("aria-sort", down() ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    }
  }

  // what is shown stands in the address, so that it can be kept and passed on
  function changed() {
    const told = new URLSearchParams(filters.filter(filter => filter.value.trim()).map(f => [f.id, f.value.trim()]));
    if (sort !== USUAL) told.set("sort", sort);
    const hash = told.toString();
    history.replaceState(null, "", hash ? `#${hash}` : location.pathname + location.search);
    show();
  }

  function fromAddress() {
    const told = new URLSearchParams(location.hash.slice(1));
    for (const filter of filters) {
      filter.value = told.get(filter.id) || "";
      if (filter.selectedIndex === -1) filter.value = "";
    }
    const asked = told.get("sort") || USUAL;
    sort = heads.some(head => head.dataset.key === asked.replace("-", "")) ? asked : USUAL;
    show();
  }

  let waiting = 0;
  const typed = event => {
    if (event.isComposing) return; // letters of an input method are no search yet
    clearTimeout(waiting);
    waiting = setTimeout(changed, PAUSE);
  };
  search.addEventListener("input", typed);
  search.addEventListener("compositionend", typed);
  for (const filter of filters.slice(1)) filter.addEventListener("change", changed);
  byId("reset").addEventListener("click", () => {
    for (const filter of filters) filter.value = "";
    sort = USUAL;
    changed();
    search.focus();
  });
  table.tHead.addEventListener("click", event => {
    const button = event.target.closest("button");
    if (!button) return;
    const name = button.parentNode.dataset.key, downFirst = name !== "name" && name !== "state";
    sort = key() === name ? (down() ? name : `-${name}`) : downFirst ? `-${name}` : name;
    changed();
  });
  addEventListener("hashchange", () => { fromAddress(); byId("list-title").scrollIntoView(); });

  for (const head of heads) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
  }
  for (const told of document.querySelectorAll("[data-view]")) {
    const link = document.createElement("a");
    link.href = `#${told.dataset.view}`;
    link.append(...told.childNodes);
    told.append(link);
  }
  const now = new Date(), today = Date.UTC(now.getFullYear(), now.getMonth(), now.getDate());
  for (const told of document.querySelectorAll("[data-due]")) {
    const days = Math.round((Date.parse(told.dataset.due) - today) / 864e5);
    told.append(days < 0 ? `，已逾期${-days}天` : `，还有${days}天`);
  }
  table.classList.add("sortable");
  document.querySelector(".controls").hidden = false;
  if (location.hash) fromAddress();
  else {
    byId("shown").textContent = `显示${rows.length}份，共${rows.length}份`;
    byId("reset").disabled = true;
    heads[0].setAttribute("aria-sort", "descending");
  }
})();
