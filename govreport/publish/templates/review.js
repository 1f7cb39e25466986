"use strict";
(() => {
  const byId = id => document.getElementById(id);
  const told = JSON.parse(byId("govreport-answer").textContent);
  const AGREED = "同意", RETURNED = "退回";
  const comments = [];
  let saved = true;

  // elements from pairs of attributes and children; texts of the report only ever become text
  const make = (tag, attributes = {}, ...children) => {
    const element = document.createElement(tag);
    Object.entries(attributes).forEach(([name, value]) => element.setAttribute(name, value));
    element.append(...children);
    return element;
  };
  const choice = (name, value, text, checked = false) =>
    make("label", {}, make("input", { type: "radio", name, value, ...(checked && { checked: "" }) }), text);
  const chosen = name => document.querySelector(`input[name="${name}"]:checked`).value;
  const status = make("p", { role: "status" });
  const changed = () => { saved = false; status.textContent = ""; };

  // an answer to each finding
  Object.keys(told.findings).forEach(number => {
    const reason = make("textarea", { id: `r${number}`, rows: 2, maxlength: 500 });
    const why = make("label", { hidden: "" }, "理由或要求", reason);
    const answer = make("fieldset", { class: "answer" }, make("legend", {}, `对意见${number}`),
      choice(`a${number}`, "", "不答复", true), choice(`a${number}`, "accept", "接受"), choice(`a${number}`, "change", "请修改"), why);
    answer.addEventListener("input", () => { why.hidden = !chosen(`a${number}`); changed(); });
    byId(`f${number}`).append(answer);
  });

  // the panel with comments, verdict and name
  const list = make("ul", { class: "comments" });
  const who = make("input", { type: "text", maxlength: 50, autocomplete: "name" });
  const now = new Date(), two = number => String(number).padStart(2, "0");
  const day = make("input", { type: "date", value: `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}` });
  const save = make("button", { type: "button" }, "保存审阅意见");
  const panel = make("fieldset", { class: "answer", id: "answer" }, make("legend", {}, "审阅答复"),
    make("p", {}, "对各条意见作答；要对正文或表中数字提出意见，用该段、该表后的“批注”，或点表中数字。答复保存为一个文件，交回填报人用 govreport answer 写入。"),
    list,
    make("div", {}, "结论：", choice("verdict", "", "未定", true), choice("verdict", AGREED, "同意公布"), choice("verdict", RETURNED, "退回修改")),
    make("div", {}, make("label", {}, "姓名", who), make("label", {}, "日期", day), save), status);
  panel.addEventListener("input", changed);
  document.querySelector(".review").append(panel);

  // comments on a sentence of a paragraph, on a figure of a form's table, or on a row of another table
  const place = make("select"), whole = make("p"), text = make("textarea", { rows: 4, maxlength: 2000 }), missed = make("p", { role: "alert" });
  const add = make("button", { type: "button", value: "add" }, "加入"), cancel = make("button", { type: "button" }, "取消");
  const dialog = make("dialog", { "aria-label": "批注", "data-govreport": "beside" },
    make("label", {}, "位置", place), whole, make("label", {}, "批注", text), missed, make("div", {}, add, cancel));
  document.body.append(dialog);
  let places = [];
  const showWhole = () => { whole.textContent = places[place.value].shown; };
  place.addEventListener("change", showWhole);
  const open = (found, number = 0) => {
    places = found;
    place.replaceChildren(...places.map((one, number) => make("option", { value: number }, one.shown)));
    place.value = number;
    showWhole();
    missed.textContent = "";
    dialog.showModal();
    if (number) text.focus();
  };
  // what was typed stays for the next time where the dialog was left with Esc
  cancel.addEventListener("click", () => { text.value = ""; dialog.close(); });
  add.addEventListener("click", () => {
    if (!text.value.trim()) {
      missed.textContent = "请写批注。";
      return text.focus();
    }
    const { shown, quote = "", nth = 0, cell = "" } = places[place.value];
    const comment = { text: text.value.trim(), quote, nth, cell };
    const drop = make("button", { type: "button", "aria-label": `删去对“${shown}”的批注` }, "删去");
    const quoted = make("q", {}, shown);
    const item = make("li", {}, shown.length > 60 ? make("details", {}, make("summary", {}, quoted)) : quoted, drop, make("span", {}, comment.text));
    drop.addEventListener("click", () => { comments.splice(comments.indexOf(comment), 1); item.remove(); changed(); who.focus(); });
    comments.push(comment);
    list.append(item);
    changed();
    text.value = "";
    dialog.close();
  });

  // texts without what the review copy has added to them
  const words = element => {
    const copy = element.cloneNode(true);
    copy.querySelectorAll(".tip, .ref, td sup, button").forEach(inner => inner.remove());
    return copy.textContent.replace(/\s+/g, " ").trim();
  };
  const letters = written => written.replace(/[\s*_`~\\]/g, "");
  const passages = [...document.querySelectorAll("main :is(p, h2, h3, h4, h5, h6)")]
    .filter(one => !one.closest(".review, .notes, .meta, .signature, figure") && letters(words(one)));
  const body = passages.map(one => letters(words(one))).join("");
  // which occurrence of a sentence in the whole text begins at a letter; occurrences do not overlap
  const occurrence = (sentence, at) => {
    let nth = 1;
    for (let found = body.indexOf(sentence); found >= 0 && found < at; found = body.indexOf(sentence, found + sentence.length)) nth += 1;
    return nth;
  };
  const sentences = paragraph => {
    let at = passages.slice(0, passages.indexOf(paragraph)).map(one => letters(words(one)).length).reduce((sum, one) => sum + one, 0);
    return (words(paragraph).match(/[^。！？；]+(?:[。！？；]+[”’』」）]*)?|[。！？；]+/g) || []).filter(letters).map(one => {
      const sentence = letters(one), shown = one.trim(), nth = occurrence(sentence, at);
      at += sentence.length;
      return { shown, quote: shown, nth };
    });
  };
  const button = (label, find) => {
    const made = make("button", { type: "button", class: "comment", "aria-label": label }, "批注");
    made.addEventListener("click", () => open(find()));
    return made;
  };
  const headers = cell => [...new Set((cell.headers || "").split(" ").map(id => byId(id) && words(byId(id))))].filter(Boolean).join("·");
  const figures = table => [...table.querySelectorAll("td[data-cell]")].map(cell => ({ shown: `${headers(cell)} ${words(cell) || "空白"}`, cell: cell.dataset.cell }));
  passages.forEach(one => one.append(button(`批注：${words(one).slice(0, 20)}`, () => sentences(one))));
  const quoted = shown => ({ shown, quote: shown });
  document.querySelectorAll("main > h1, main > .signature, main > figure > figcaption").forEach(one => {
    const shown = words(one);
    one.append(button(`批注：${shown.slice(0, 20)}`, () => [quoted(shown)]));
  });
  document.querySelectorAll("main > .scroll").forEach(region => {
    const table = region.querySelector("table"), cells = [...table.querySelectorAll("td[data-cell]")], name = table.caption ? words(table.caption) : "表格";
    if (!cells.length) {
      const rows = [...table.rows].map(row => [...row.cells].map(words).join(" "));
      region.after(button(`批注表中一行：${name}`, () => [...(table.caption ? [name] : []), ...rows].filter(letters).map(quoted)));
      return;
    }
    region.after(button(`批注表中数字：${name}`, () => figures(table)));
    cells.forEach((cell, number) => {
      cell.style.cursor = "pointer";
      cell.addEventListener("click", event => { if (!event.target.closest("a") && getSelection().isCollapsed) open(figures(table), number); });
    });
  });
  document.querySelector("main").prepend(make("a", { class: "skip", "data-govreport": "beside", href: "#answer" }, "跳到审阅答复"));

  const missing = (element, sentence) => { status.textContent = sentence; element.focus(); };
  save.addEventListener("click", () => {
    const findings = Object.entries(told.findings)
      .map(([number, finding]) => ({ number, finding, answer: chosen(`a${number}`), reason: byId(`r${number}`).value.trim() }))
      .filter(one => one.answer);
    const bare = findings.find(one => one.answer === "accept" && !one.reason), verdict = chosen("verdict");
    if (bare) return missing(byId(`r${bare.number}`), `请写明接受意见${bare.number}的理由。`);
    // the command refuses the same, see `weigh_answer`
    const answers = Object.fromEntries(findings.map(one => [one.number, one.answer]));
    const left = [...document.querySelectorAll(".findings > li.error")].map(one => one.id.slice(1)).filter(number => answers[number] !== "accept");
    const open = new Set([...left, ...Object.keys(answers).filter(number => answers[number] === "change")]);
    if (verdict === AGREED && open.size) {
      const told = `结论是同意，意见${[...open].join("、")}还没有处理或要求修改；请接受并写明理由，或改选结论。`;
      return missing(panel.querySelector("input[name=verdict]:checked"), told);
    }
    if (!who.value.trim()) return missing(who, "请写姓名。");
    if (!day.value) return missing(day, "请写日期。");
    if (!findings.length && !comments.length && !verdict) return missing(panel.querySelector("input"), "还没有答复。");
    const answer = { agency: told.agency, year: told.year, digest: told.digest, copy: told.copy, by: who.value.trim(), date: day.value, verdict,
      findings: findings.map(({ finding, answer, reason }) => ({ finding, answer, reason })), comments };
    const link = make("a", {
      href: URL.createObjectURL(new Blob([JSON.stringify(answer, null, 1)], { type: "application/json" })),
      download: `审阅意见-${told.agency}-${told.year}.json`,
    });
    link.click();
    saved = true;
    status.textContent = `已保存为 ${link.download}：答复${findings.length}条，批注${comments.length}条${verdict && `，结论：${verdict}`}。`;
  });
  addEventListener("beforeunload", event => { if (!saved) event.preventDefault(); });
})();
