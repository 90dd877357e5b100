"use strict";
// What a click shows: a service, what it needs and who needs it. The address after `#` says which one is chosen.
// Every text of the graph gets into the page as text, never as markup.
(() => {
  const graph = JSON.parse(document.getElementById("graph").textContent);
  const svg = document.querySelector("main svg");
  const links = [...svg.querySelectorAll("a[data-node]")].sort((a, b) => a.dataset.node - b.dataset.node);
  const side = document.querySelector("aside");
  const [find, soft, far] = ["find", "soft", "far"].map((id) => document.getElementById(id));
  const overview = [...side.childNodes];
  const ways = svg.querySelector("#ways");
  const byName = new Map(graph.nodes.map((node, at) => [node.name, at]));
  const needs = graph.nodes.map(() => []), users = graph.nodes.map(() => []);
  graph.edges.forEach((edge, at) => {
    needs[edge.from].push(at);
    users[edge.to].push(at);
  });

  const make = (tag, text, attributes = {}) => {
    const made = document.createElement(tag);
    if (text !== undefined) made.textContent = text;
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    return made;
  };
  const address = (node) => "#" + encodeURIComponent(graph.nodes[node].name);
  const shown = (edge) => graph.edges[edge].hard || soft.checked;

  // The edges that are followed from a service: each of its own, and from there on, if wished, those that are hard.
  const walk = (from, out, end) => {
    const edges = [], seen = new Set([from]), followed = new Set([from]);
    for (const open = [from]; open.length > 0;) {
      const at = open.shift();
      for (const edge of out[at]) {
        const own = at === from;
        if (!shown(edge) || !own && !(far.checked && graph.edges[edge].hard)) continue;
        edges.push(edge);
        const next = graph.edges[edge][end];
        seen.add(next);
        if (graph.edges[edge].hard && !followed.has(next)) {
          followed.add(next);
          open.push(next);
        }
      }
    }
    return { edges, seen };
  };

  const draw = (edges, kind) => {
    for (const at of edges) {
      const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
      path.setAttribute("d", graph.edges[at].way);
      path.setAttribute("class", "way " + kind + (graph.edges[at].hard ? "" : " later"));
      ways.append(path);
    }
  };

  const fade = (lit, chosen) => {
    svg.classList.toggle("fades", lit !== null);
    links.forEach((link, at) => {
      link.classList.toggle("lit", lit !== null && lit.has(at));
      link.classList.toggle("chosen", at === chosen);
    });
  };

  const entry = (node, edge) => {
    const item = make("li", undefined, edge && !edge.hard ? { class: "soft" } : {});
    item.append(make("a", graph.nodes[node].name, { href: address(node) }));
    const why = edge && edge.why !== (edge.hard ? "needs" : "wants") ? edge.why : "";
    const facts = edge ? [edge.hard ? "" : "later", why, edge.ports.map((port) => ":" + port).join(" ")] : [];
    const text = facts.filter((fact) => fact).join(", ");
    if (text) item.append(" ", make("span", text));
    return item;
  };

  const list = (title, kind, own, end, reached) => {
    const part = make("section", undefined, { class: kind });
    const edges = own.filter(shown).sort((a, b) => graph.edges[b].hard - graph.edges[a].hard || a - b);
    part.append(make("h3", edges.length > 0 ? title + " (" + edges.length + ")" : title + " nobody"));
    const all = make("ul");
    edges.forEach((at) => all.append(entry(graph.edges[at][end], graph.edges[at])));
    part.append(all);
    const direct = new Set(edges.map((at) => graph.edges[at][end]));
    const rest = [...reached].filter((node) => !direct.has(node));
    if (rest.length > 0) {
      part.append(make("p", "and through them"));
      const more = make("ul");
      rest.sort((a, b) => a - b).forEach((node) => more.append(entry(node)));
      part.append(more);
    }
    return part;
  };

  const facts = (node) => {
    const made = make("dl");
    const add = (name, ...values) => {
      if (values.some((value) => value !== "")) made.append(make("dt", name), ...values.map((value) => make("dd", value)));
    };
    add("tier", node.tier);
    add("wave", String(node.wave));
    add("area", node.area);
    add("kind", node.kind);
    if (node.objects !== undefined) add("objects", String(node.objects));
    if (node.hosts.length > 0) add(node.hosts.length > 1 ? "hosts" : "host", node.hosts.join("\n"));
    return made;
  };

  const choose = (at) => {
    const node = graph.nodes[at];
    const down = walk(at, needs, "to"), up = walk(at, users, "from");
    ways.replaceChildren();
    draw(up.edges, "users");
    draw(down.edges, "needs");
    fade(new Set([...down.seen, ...up.seen]), at);
    const reached = (walked) => [...walked.seen].filter((other) => other !== at);
    side.replaceChildren(
      make("h2", node.title || node.name),
      make("p", node.name),
      facts(node),
      list("Needs", "needs", needs[at], "to", reached(down)),
      list("Is needed by", "users", users[at], "from", reached(up)),
      make("p"),
    );
    const back = make("button", "All services", { type: "button" });
    back.addEventListener("click", reset);
    side.lastChild.append(back);
    side.scrollTop = 0;
  };

  const search = () => {
    const words = find.value.toLowerCase().split(/\s+/).filter((word) => word);
    const text = (node) => [node.name, node.title, node.area, node.kind, node.tier, ...node.hosts].join(" ").toLowerCase();
    const hit = (node) => words.every((word) => text(node).includes(word));
    return words.length > 0 ? new Set(graph.nodes.flatMap((node, at) => (hit(node) ? [at] : []))) : null;
  };

  const update = () => {
    svg.classList.toggle("no-soft", !soft.checked);
    const at = byName.get(hash());
    if (at !== undefined) {
      choose(at);
      return;
    }
    ways.replaceChildren();
    side.replaceChildren(...overview);
    const found = search();
    fade(found, -1);
    side.querySelectorAll("li[data-node]").forEach((item) => {
      item.hidden = found !== null && !found.has(Number(item.dataset.node));
    });
  };

  const hash = () => {
    try {
      return decodeURIComponent(location.hash.slice(1));
    } catch {
      return "";
    }
  };

  const reset = () => {
    history.replaceState(null, "", location.pathname + location.search);
    find.value = "";
    update();
  };

  // Where a service is out of sight, the drawing moves; a click on one in sight leaves it where it is.
  const reveal = () => {
    const at = byName.get(hash());
    if (at === undefined) return;
    const box = links[at].getBoundingClientRect(), room = svg.parentElement.getBoundingClientRect();
    const inside = box.top >= room.top && box.bottom <= room.bottom && box.left >= room.left && box.right <= room.right;
    if (!inside) links[at].scrollIntoView({ block: "center", inline: "center" });
  };

  // Arrow keys lead from a service to the nearest one in their direction.
  const directions = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  const step = (link, [dx, dy]) => {
    const middle = (of) => {
      const box = of.getBoundingClientRect();
      return [box.left + box.width / 2, box.top + box.height / 2];
    };
    const [x, y] = middle(link);
    const rated = links.filter((other) => other !== link).map((other) => {
      const [a, b] = middle(other);
      const along = (a - x) * dx + (b - y) * dy, aside = Math.abs((a - x) * dy) + Math.abs((b - y) * dx);
      return { other, along, cost: along + 2 * aside };
    });
    const best = rated.filter(({ along }) => along > 4).sort((a, b) => a.cost - b.cost)[0];
    if (best) best.other.focus();
  };

  const [width, height] = [Number(svg.getAttribute("width")), Number(svg.getAttribute("height"))];
  let scale = 1;
  const zoom = (to) => {
    scale = Math.min(3, Math.max(0.15, to));
    svg.setAttribute("width", Math.round(width * scale));
    svg.setAttribute("height", Math.round(height * scale));
  };
  const fit = () => zoom(Math.min(1, (svg.parentElement.clientWidth - 16) / width));
  document.getElementById("in").addEventListener("click", () => zoom(scale * 1.25));
  document.getElementById("out").addEventListener("click", () => zoom(scale / 1.25));
  document.getElementById("fit").addEventListener("click", fit);

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const link = event.target.closest ? event.target.closest("a[data-node]") : null;
    if (event.key === "Escape") {
      reset();
      if (event.target === find) find.blur();
    } else if (link && directions[event.key]) {
      event.preventDefault();
      step(link, directions[event.key]);
    } else if (event.target !== find && event.key === "/") {
      event.preventDefault();
      find.focus();
    } else if (event.target !== find && (event.key === "+" || event.key === "-" || event.key === "0")) {
      event.key === "0" ? fit() : zoom(event.key === "+" ? scale * 1.25 : scale / 1.25);
    }
  });
  find.addEventListener("input", () => {
    if (location.hash) history.replaceState(null, "", location.pathname + location.search);
    update();
  });
  find.addEventListener("keydown", (event) => {
    const found = event.key === "Enter" ? search() : null;
    if (found && found.size > 0) {
      const exact = byName.get(find.value.trim());
      location.hash = address(exact === undefined ? Math.min(...found) : exact);
    }
  });
  svg.addEventListener("click", (event) => {
    if (!event.target.closest("a") && location.hash) reset();
  });
  [soft, far].forEach((box) => box.addEventListener("change", update));
  addEventListener("hashchange", () => {
    update();
    reveal();
  });
  fit();
  update();
  reveal();
})();
