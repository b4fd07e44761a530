"use strict";
(() => {
  const byId = (id) => document.getElementById(id);

  /* An element with attributes; children are elements or text. Nothing here reads text as HTML. */
  function make(name, attributes = {}, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...children);
    return element;
  }

  function bytesOf(base64) {
    const text = atob(base64);
    const bytes = new Uint8Array(text.length);
    for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
    return bytes;
  }

  async function unpacked(id) {
    const stream = new Blob([bytesOf(byId(id).textContent)]).stream().pipeThrough(new DecompressionStream("gzip"));
    return JSON.parse(await new Response(stream).text());
  }

  /* Charts */

  const SECONDS = [0.1, 1, 5, 15, 60, 300, 900, 3600, 14400, 86400, 604800];
  const DAY = 86400;
  const LEAST_SECONDS = 0.1;

  function span(seconds) {
    if (seconds < 60) return `${seconds < 10 ? Math.round(seconds * 10) / 10 : Math.round(seconds)} s`;
    if (seconds < 3600) return `${Math.round(seconds / 60)} min`;
    return seconds < DAY ? `${Math.round(seconds / 360) / 10} h` : `${Math.round(seconds / 8640) / 10} d`;
  }

  function money(usd) {
    const digits = usd >= 1000 ? 0 : 2;
    return `USD ${usd.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits })}`;
  }

  const STEPS = { hour: "hour", day: "day", week: "monday", month: "month" };

  const DRAWN = {
    causes: (data, common) => ({
      ...common,
      height: 280,
      color: { domain: data.names, range: data.names.map((_, at) => (at < 6 ? `var(--c${at})` : "var(--other)")) },
      marks: [
        Plot.rectY(data.causes, {
          x: common.when, interval: common.step, y: "incidents", fill: "why", order: data.names, ...common.gap,
          channels: { Cause: "why", Incidents: "incidents" }, tip: common.tip({ y: false, fill: false }),
        }),
        Plot.ruleY([0], { stroke: "var(--line)" }),
      ],
    }),
    losses: (data, common) => ({
      ...common,
      y: { ...common.y, tickFormat: (usd) => d3.format("~s")(usd).replace("G", "B") },
      marks: [
        Plot.rectY(data.losses, {
          x: common.when, interval: common.step, y: "usd", fill: "var(--loss)", ...common.gap,
          channels: { Cost: (each) => money(each.usd), Jobs: "jobs" }, tip: common.tip({ y: false }),
        }),
        Plot.ruleY([0], { stroke: "var(--line)" }),
      ],
    }),
    delays: (data, common) => {
      const points = data.delays.map((each) => ({
        at: middle(each.at, data.bin),
        p50: Math.max(each.p50, LEAST_SECONDS),
        p95: Math.max(each.p95, LEAST_SECONDS),
      }));
      const values = points.flatMap((each) => [each.p50, each.p95]);
      const domain = [
        SECONDS.findLast((each) => each <= Math.min(...values)) ?? LEAST_SECONDS,
        SECONDS.find((each) => each >= Math.max(...values)) ?? Math.max(...values),
      ];
      const last = points.at(-1);
      return {
        ...common,
        marginRight: 36,
        y: { ...common.y, type: "log", nice: false, domain, ticks: SECONDS.filter((each) => each >= domain[0] && each <= domain[1]), tickFormat: span },
        marks: [
          Plot.areaY(points, { x: "at", y1: "p50", y2: "p95", fill: "var(--c0)", fillOpacity: 0.14 }),
          Plot.lineY(points, { x: "at", y: "p95", stroke: "var(--c0)", strokeWidth: 1.5, strokeDasharray: "4 3" }),
          Plot.lineY(points, { x: "at", y: "p50", stroke: "var(--c0)", strokeWidth: 2 }),
          ...(points.length < 40 ? [Plot.dot(points, { x: "at", y: "p50", r: 3, fill: "var(--c0)" })] : []),
          Plot.text([last], { x: "at", y: "p50", text: ["p50"], dx: 8, textAnchor: "start", fill: "currentColor" }),
          Plot.text([last], { x: "at", y: "p95", text: ["p95"], dx: 8, textAnchor: "start", fill: "currentColor" }),
          Plot.tip(points, Plot.pointerX({
            x: common.when, y: "p95", channels: { p50: (each) => span(each.p50), p95: (each) => span(each.p95) },
            format: { x: common.moment, y: false }, fill: "var(--paper)", stroke: "var(--muted)",
          })),
        ],
      };
    },
  };

  function middle(at, bin) {
    const step = d3[{ hour: "utcHour", day: "utcDay", week: "utcMonday", month: "utcMonth" }[bin]];
    return new Date((+at + +step.offset(at, 1)) / 2);
  }

  function charts() {
    const data = JSON.parse(byId("chart-data").textContent);
    for (const name of ["causes", "losses", "delays"]) for (const each of data[name]) each.at = new Date(each.at);
    const step = STEPS[data.bin];
    const shown = { hour: "%a %d %b, %H:00", day: "%a %d %b %Y", week: "week of %d %b %Y", month: "%B %Y" }[data.bin];
    const moment = d3.utcFormat(shown);
    const interval = d3[{ hour: "utcHour", day: "utcDay", week: "utcMonday", month: "utcMonth" }[data.bin]];
    const bins = interval.range(interval.floor(new Date(data.since)), interval.ceil(new Date(data.until)));
    const label = { hour: "%H:00", day: "%-d %b", week: "%-d %b", month: "%b %Y" }[data.bin];
    const ends = [interval.floor(new Date(data.since)), interval.ceil(new Date(data.until))];
    const gap = bins.length <= 31 ? 3 : 0.5;
    const common = {
      className: "plot", step, moment, when: { value: "at", label: "UTC" }, gap: { insetLeft: gap, insetRight: gap, insetTop: 0.5, insetBottom: 0.5 }, height: 208, marginLeft: 44, marginRight: 4, marginTop: 12, marginBottom: 28,
      x: { type: "utc", label: null, domain: ends },
      y: { label: null, grid: true, ticks: 4, tickSize: 0, nice: true },
      tip: (format) => ({ maxRadius: Infinity, fill: "var(--paper)", stroke: "var(--muted)", format: { x: (at) => moment(at), x1: (at) => moment(at), x2: false, ...format } }),
    };
    const frames = document.querySelectorAll("[data-chart]");
    const draw = (frame) => {
      const name = frame.dataset.chart;
      const width = Math.round(frame.clientWidth);
      if (!width || frame.dataset.width === String(width)) return;
      frame.dataset.width = width;
      const every = Math.ceil(bins.length / Math.max(2, Math.floor(width / 72)));
      const ticks = bins.filter((_, at) => at % every === 0).map((at) => middle(at, data.bin));
      const tickFormat = (at) => d3.utcFormat(label)(interval.floor(at));
      const options = DRAWN[name](data, { ...common, width, x: { ...common.x, ticks, tickFormat, tickSize: 0 } });
      frame.replaceChildren(data[name].length ? Plot.plot(options) : make("p", { class: "empty" }, "Nothing to draw."));
    };
    const watcher = new ResizeObserver((entries) => {
      if (!matchMedia("print").matches) for (const entry of entries) draw(entry.target);
    });
    for (const frame of frames) {
      draw(frame);
      watcher.observe(frame);
    }
  }

  /* The list. A row is known by its place in the columns, newest first; `order` holds those that are shown. */

  const SEVERITIES = { info: ["\u2581", 1], warning: ["\u2583", 2], high: ["\u2585", 3], critical: ["\u2587", 4] };
  const SEARCHED = ["why", "whyWords", "category", "title", "severity", "trigger", "action", "standing", "team", "owner", "instances", "status", "place"];
  const COLUMNS = ["when", "job", "why", "team", "cost", "noticed", "done", "state"];
  const FIRST = { when: "down", cost: "down", noticed: "down", severity: "down" };
  const SPARE_ROWS = 12;
  const PRINTED_ROWS = 50;
  const NAME_END = 8;
  const NONE = "\u2013";

  /* As `trainstop incidents list` has it. */
  function doneWord(action) {
    const words = new Map([["none", ""], ["already_stopped", "ended"], ["stop_held", "held"], ["stop_failed", "refused"]]);
    return words.get(action) ?? action;
  }

  function whyWords(why) {
    if (why === "breaker") return "Breaker opened";
    if (!/^[a-z]+(_[a-z]+)*$/.test(why)) return why;
    const words = why.replaceAll("_", " ").replace(/\bgpu\b/, "GPU");
    return words[0].toUpperCase() + words.slice(1);
  }

  class Incidents {
    constructor(data) {
      this.data = data;
      this.count = data.count;
      let second = 0;
      this.when = data.occurred_second.map((step) => (second += step));
      for (const { names, words, at } of data.groups) names.forEach((name, column) => (data[name] = { words: words[column], at }));
      data.whyWords = { words: data.why.words.map(whyWords), at: data.why.at };
      this.ids = typeof data.incident_id === "string" ? bytesOf(data.incident_id) : null;
      this.keys = new Map();
    }

    /* Ids are twenty hexadecimal digits, kept as ten bytes. */
    id(row) {
      if (!this.ids) return this.data.incident_id[row];
      return Array.from(this.ids.subarray(10 * row, 10 * row + 10), (byte) => byte.toString(16).padStart(2, "0")).join("");
    }

    word(name, row) {
      const column = this.data[name];
      return column.words[column.at[row]];
    }

    find(id) {
      for (let row = 0; row < this.count; row++) if (this.id(row) === id) return row;
      return -1;
    }

    /* Rows in which every word is found, in any of the searched columns. */
    matching(query) {
      const wanted = query.toLowerCase().split(/\s+/).filter(Boolean);
      if (!wanted.length) return Array.from({ length: this.count }, (_, row) => row);
      const sought = wanted.length === 1 && /^[0-9a-f]{20}$/.test(wanted[0]) ? this.find(wanted[0]) : -1;
      this.names ??= this.data.job_name.map((name) => name.toLowerCase());
      const tests = wanted.map((word) => ({
        word,
        columns: SEARCHED.map((name) => {
          const found = this.data[name].words.map((each) => each.toLowerCase().includes(word));
          return found.includes(true) ? { found, at: this.data[name].at } : null;
        }).filter(Boolean),
      }));
      const rows = sought < 0 ? [] : [sought];
      for (let row = 0; row < this.count; row++) {
        if (tests.every((test) => this.names[row].includes(test.word)
          || test.columns.some((column) => column.found[column.at[row]]))) rows.push(row);
      }
      return rows;
    }

    /* Numbers that stand for a column's values in their order; NaN for what is unknown, which comes last. */
    key(column) {
      if (!this.keys.has(column)) this.keys.set(column, this.#key(column));
      return this.keys.get(column);
    }

    #key(column) {
      const unknown = (values) => Float64Array.from(values, (value) => value ?? NaN);
      const { data } = this;
      switch (column) {
        case "when": return Float64Array.from(this.when);
        case "cost": return unknown(data.cost_cents);
        case "noticed": return unknown(data.notice_seconds);
        case "job": return ranks(data.job_name);
        case "severity": return this.#ranked("severity", data.severity.words.map((word) => SEVERITIES[word]?.[1] ?? 0));
        case "done": return this.#ranked("action", ranks(data.action.words));
        case "state": return this.#ranked("standing", ranks(data.standing.words));
        case "team": return this.#ranked("team", ranks(data.team.words));
        default: return this.#ranked("whyWords", ranks(data.whyWords.words));
      }
    }

    #ranked(name, words) {
      const { at } = this.data[name];
      return Float64Array.from({ length: this.count }, (_, row) => (this.data[name].words[at[row]] === "" ? NaN : words[at[row]]));
    }

    sorted(rows, column, down) {
      const key = this.key(column);
      const sign = down ? -1 : 1;
      return rows.sort((a, b) => {
        const [left, right] = [key[a], key[b]];
        if (Number.isNaN(left) || Number.isNaN(right)) return Number.isNaN(left) - Number.isNaN(right) || a - b;
        return sign * (left - right) || a - b;
      });
    }
  }

  function ranks(words) {
    const places = words.map((_, at) => at).sort((a, b) => (words[a] < words[b] ? -1 : words[a] > words[b] ? 1 : 0));
    const found = new Float64Array(words.length);
    let rank = 0;
    places.forEach((at, place) => {
      if (place && words[at] !== words[places[place - 1]]) rank++;
      found[at] = rank;
    });
    return found;
  }

  class List {
    constructor(incidents) {
      this.incidents = incidents;
      this.box = byId("list");
      this.table = this.box.querySelector("table");
      this.body = this.table.tBodies[0];
      this.spaces = [0, 1].map(() => make("tr", { class: "space", "aria-hidden": "true" }, make("td", { colspan: 8 })));
      this.rows = new Map();
      this.open = -1;
      this.openHeight = 0;
      this.sort = { column: "when", down: true };
      this.query = "";
      this.heads();
      this.body.replaceChildren(...this.spaces);
      this.box.classList.add("live");
      this.box.addEventListener("scroll", () => requestAnimationFrame(() => this.draw()), { passive: true });
      this.box.addEventListener("keydown", (event) => this.keyed(event));
      this.body.addEventListener("click", (event) => this.clicked(event));
      this.watcher = new ResizeObserver(() => this.measured());
      new ResizeObserver(() => this.draw()).observe(this.box);
      this.show();
    }

    heads() {
      this.headings = new Map();
      for (const head of this.table.querySelectorAll("th[data-column]")) {
        const column = head.dataset.column;
        const button = make("button", { type: "button" }, head.textContent);
        button.addEventListener("click", () => {
          const down = this.sort.column === column ? !this.sort.down : FIRST[column] === "down";
          this.sortBy(column, down);
        });
        head.replaceChildren(button);
        this.headings.set(column, head);
      }
    }

    sortBy(column, down) {
      this.sort = { column, down };
      this.show();
    }

    search(query) {
      this.query = query;
      this.show();
    }

    /* Filter and sort anew. */
    show() {
      const { column, down } = this.sort;
      for (const [name, head] of this.headings) {
        if (name === column) head.setAttribute("aria-sort", down ? "descending" : "ascending");
        else head.removeAttribute("aria-sort");
      }
      const rows = this.incidents.matching(this.query);
      this.order = column === "when" && down ? rows : this.incidents.sorted(rows, column, down);
      this.place = new Map();
      this.close();
      for (const row of this.rows.values()) row.remove();
      this.rows.clear();
      this.box.scrollTop = 0;
      this.table.setAttribute("aria-rowcount", this.order.length + 1);
      const many = (count) => `${count.toLocaleString("en")} ${count === 1 ? "incident" : "incidents"}`;
      byId("found").textContent = this.query ? `${many(this.order.length)} of ${this.incidents.count.toLocaleString("en")}` : many(this.order.length);
      this.draw();
    }

    get rowHeight() {
      return parseFloat(getComputedStyle(this.box).getPropertyValue("--row")) + (matchMedia("(max-width: 44rem)").matches ? 0 : 1);
    }

    /* Only the rows in sight are in the document; two empty rows are as high as all others above and below. */
    draw() {
      if (this.printing) return;
      const height = this.rowHeight;
      const openAt = this.open < 0 ? Infinity : this.order.indexOf(this.open);
      const top = (at) => at * height + (at > openAt ? this.openHeight : 0);
      const scrolled = this.box.scrollTop;
      const above = scrolled < (openAt + 1) * height ? scrolled : Math.max((openAt + 1) * height - 1, scrolled - this.openHeight);
      const first = Math.max(0, Math.floor(above / height) - SPARE_ROWS);
      const last = Math.min(this.order.length, first + Math.ceil(this.box.clientHeight / height) + 2 * SPARE_ROWS + 2);
      this.fill(first, last);
      this.spaces[0].firstChild.style.height = `${top(first)}px`;
      this.spaces[1].firstChild.style.height = `${Math.max(0, top(this.order.length) - top(last))}px`;
    }

    fill(first, last) {
      const wanted = new Set(this.order.slice(first, last));
      for (const [row, element] of this.rows) {
        if (!wanted.has(row)) {
          element.remove();
          this.rows.delete(row);
        }
      }
      if (this.detail && !wanted.has(this.open)) this.detail.remove();
      let next = this.spaces[0].nextSibling;
      const put = (element) => {
        if (element === next) next = next.nextSibling;
        else this.body.insertBefore(element, next);
      };
      for (let at = first; at < last; at++) {
        const row = this.order[at];
        if (!this.rows.has(row)) this.rows.set(row, this.row(row));
        const element = this.rows.get(row);
        element.setAttribute("aria-rowindex", at + 2);
        put(element);
        if (row === this.open && this.detail) put(this.detail);
      }
      this.nothing ??= make("tr", {}, make("td", { colspan: 8, class: "nothing" }, "No incident has all of these words."));
      if (this.order.length) this.nothing.remove();
      else this.body.insertBefore(this.nothing, this.spaces[1]);
    }

    row(row) {
      const { data } = this.incidents;
      const number = (value, words) => (value === null ? null : words(value));
      const severity = this.incidents.word("severity", row);
      /* Names of a family differ at their ends: what does not fit is left out before them. */
      const name = data.job_name[row] || "(no name)";
      const button = make("button", { type: "button", "aria-expanded": String(row === this.open), title: name },
        make("span", {}, name.slice(0, -NAME_END)), make("span", {}, name.slice(-NAME_END)));
      const texts = {
        when: new Date(1000 * this.incidents.when[row]).toISOString().slice(5, 16).replace("T", " "),
        job: button,
        why: this.incidents.word("whyWords", row),
        team: [this.incidents.word("team", row), this.incidents.word("owner", row)].filter(Boolean).join(", "),
        cost: number(data.cost_cents[row], (cents) => money(cents / 100)) ?? "unknown",
        noticed: number(data.notice_seconds[row], span),
        done: doneWord(this.incidents.word("action", row)),
        state: this.incidents.word("standing", row).replace(/^-$/, ""),
      };
      const cells = COLUMNS.map((name) => {
        const cell = make("td", { class: name === "cost" || name === "noticed" ? `${name} number` : name, role: "cell" }, texts[name] || NONE);
        if (typeof texts[name] === "string" && texts[name].length > 16) cell.title = texts[name];
        return cell;
      });
      const mark = make("span", { class: `severity ${severity in SEVERITIES ? severity : ""}`, "aria-hidden": "true", title: `severity ${severity}` }, SEVERITIES[severity]?.[0] ?? "");
      cells[0].prepend(mark);
      const element = make("tr", { class: row === this.open ? "row open" : "row", role: "row" }, ...cells);
      element.dataset.row = row;
      return element;
    }

    clicked(event) {
      const element = event.target.closest("tr.row");
      if (element && !String(getSelection())) this.toggle(Number(element.dataset.row));
    }

    keyed(event) {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      const element = event.target.closest("tr.row");
      if (!step || !element) return;
      const at = this.order.indexOf(Number(element.dataset.row)) + step;
      if (at < 0 || at >= this.order.length) return;
      event.preventDefault();
      this.reveal(at);
      this.rows.get(this.order[at])?.querySelector("button").focus({ preventScroll: true });
    }

    /* Scroll the box, not the page, so that the row is in sight. */
    reveal(at) {
      const height = this.rowHeight;
      const head = this.table.tHead.offsetHeight;
      const openAt = this.open < 0 ? Infinity : this.order.indexOf(this.open);
      const top = at * height + (at > openAt ? this.openHeight : 0);
      if (top < this.box.scrollTop) this.box.scrollTop = top;
      else if (top + height + head > this.box.scrollTop + this.box.clientHeight) this.box.scrollTop = top + height + head - this.box.clientHeight;
      this.draw();
    }

    close() {
      if (this.open < 0) return;
      const element = this.rows.get(this.open);
      element?.classList.remove("open");
      element?.querySelector("button").setAttribute("aria-expanded", "false");
      this.detail?.remove();
      this.watcher.disconnect();
      this.detail = null;
      this.open = -1;
      this.openHeight = 0;
    }

    async toggle(row) {
      const wasOpen = this.open === row;
      this.close();
      if (wasOpen) return this.draw();
      this.open = row;
      const element = this.rows.get(row);
      element?.classList.add("open");
      element?.querySelector("button").setAttribute("aria-expanded", "true");
      const story = await this.story(row);
      if (this.open !== row) return undefined;
      this.detail = make("tr", { class: "detail" }, make("td", { colspan: 8 }, story));
      this.watcher.observe(this.detail);
      return this.draw();
    }

    measured() {
      if (!this.detail?.isConnected || this.detail.offsetHeight === this.openHeight) return;
      this.openHeight = this.detail.offsetHeight;
      this.draw();
    }

    async story(row) {
      const id = this.incidents.id(row);
      const chunk = this.incidents.data.chunk[row];
      this.chunks ??= new Map();
      if (chunk >= 0 && !this.chunks.has(chunk)) this.chunks.set(chunk, unpacked(`detail-${chunk}`));
      const known = chunk >= 0 ? (await this.chunks.get(chunk))[id] : null;
      return story(id, known, known ? [] : this.rowFacts(row));
    }

    rowFacts(row) {
      const names = { Job: null, Cause: "title", Category: "category", Trigger: "trigger", Severity: "severity", Status: "status", Instances: "instances", "Account, Region": "place", Owner: "owner" };
      return Object.entries(names)
        .map(([label, name]) => [label, name ? this.incidents.word(name, row) : this.incidents.data.job_name[row]])
        .filter(([, value]) => value);
    }

    /* Show an incident wherever it is, whatever was searched for. */
    async goTo(id) {
      const row = this.incidents.find(id);
      if (row < 0) return;
      if (!this.order.includes(row)) {
        byId("find").value = "";
        this.search("");
      }
      if (this.open !== row) await this.toggle(row);
      this.box.scrollTop = this.order.indexOf(row) * this.rowHeight;
      this.draw();
      this.box.scrollIntoView({ block: "start" });
      this.rows.get(row)?.querySelector("button").focus({ preventScroll: true });
    }

    /* On paper the first rows stand without a box to scroll in. */
    print(printing) {
      if (this.printing === printing) return;
      this.printing = printing;
      if (printing) {
        this.fill(0, Math.min(PRINTED_ROWS, this.order.length));
        for (const space of this.spaces) space.firstChild.style.height = "0";
      } else this.draw();
    }
  }

  const KINDS = { job: "SageMaker", rule: "Debugger or profiler rule", call: "CloudTrail", trainstop: "trainstop", person: "a person" };

  function story(id, known, facts) {
    const parts = [];
    const all = known?.facts ?? facts;
    parts.push(make("div", {}, make("h3", {}, "Facts"), make("dl", {}, ...all.flatMap(([label, value]) => [make("dt", {}, label), make("dd", {}, value)]))));
    if (known?.events) {
      const events = known.events.map(([at, kind, words]) => {
        const who = make("span", { class: "unseen" }, `${KINDS[kind] ?? ""}: `);
        return make("li", { class: kind in KINDS ? kind : "", title: KINDS[kind] ?? "" }, make("time", {}, at), who, words);
      });
      parts.push(make("div", {}, make("h3", {}, "What happened, UTC"), make("ol", { class: "events" }, ...events)));
    }
    if (known?.advice) parts.push(make("div", { class: "full" }, make("h3", {}, "Advice"), make("p", {}, known.advice)));
    const lines = known?.log ?? (known?.root ? [known.root] : []);
    if (lines.length) {
      const spans = lines.map((line) => make("span", line.trim() && line.trim() === known.root?.trim() ? { class: "root" } : {}, line));
      parts.push(make("div", { class: "full" }, make("h3", {}, "Log"), make("pre", { class: "log", tabindex: "0" }, make("code", {}, ...spans))));
    }
    const more = known ? "All of it: " : "Its timeline and log are not in this page: ";
    parts.push(make("p", { class: "note full" }, more, make("code", {}, `trainstop incidents show ${id}`)));
    return make("div", { class: "story" }, ...parts);
  }

  /* Wiring */

  function wire(list) {
    const [form, find, sort] = [document.querySelector(".tools"), byId("find"), byId("sort")];
    form.hidden = false;
    form.addEventListener("submit", (event) => event.preventDefault());
    let waiting;
    find.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => list.search(find.value), 80);
    });
    sort.addEventListener("change", () => {
      const [column, direction] = sort.value.split(" ");
      list.sortBy(column, direction === "down");
    });
    const follow = () => {
      const [name, value = ""] = location.hash.slice(1).split("=");
      let words;
      try { words = decodeURIComponent(value); } catch { return; }
      if (name === "incident") list.goTo(words);
      if (name === "find") {
        find.value = words;
        list.search(words);
        form.scrollIntoView({ block: "start" });
      }
    };
    addEventListener("hashchange", follow);
    /* A link that is followed twice changes no hash. */
    document.addEventListener("click", (event) => {
      const link = event.target.closest?.('a[href^="#"]');
      if (link && link.hash === location.hash) follow();
    });
    follow();
    const paper = matchMedia("print");
    addEventListener("beforeprint", () => list.print(true));
    addEventListener("afterprint", () => list.print(false));
    paper.addEventListener("change", () => list.print(paper.matches));
  }

  async function list() {
    wire(new List(new Incidents(await unpacked("list-data"))));
    document.documentElement.dataset.ready = "true";
  }

  /* After the first paint: what is in the document is readable before anything is drawn. */
  requestAnimationFrame(() => {
    setTimeout(charts);
    setTimeout(list);
  });
})();
