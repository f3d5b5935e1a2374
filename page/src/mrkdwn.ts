/**
 * Read Slack's mrkdwn by Slack's own rules into a small tree.
 *
 * Why not the library's parser: it reads mrkdwn as Markdown, so that `SELECT * FROM t` loses or doubles its star and a
 * table name in a bold piece of code loses its face. In a product about SQL that is the one thing to get right.
 */

export type Inline =
  | { kind: "text"; text: string }
  | { kind: "strong" | "em" | "strike"; inside: Inline[] }
  | { kind: "code"; text: string }
  | { kind: "link"; url: string; label: Inline[] }
  | { kind: "user" | "channel" | "group"; id: string; label: string | null }
  | { kind: "broadcast"; range: string }
  | { kind: "date"; at: number; format: string; url: string | null; fallback: string }
  | { kind: "emoji"; name: string };

export type Part = { kind: "lines"; inside: Inline[] } | { kind: "pre"; text: string } | { kind: "quote"; inside: Part[] };

const FACES = { "*": "strong", _: "em", "~": "strike" } as const;
const EMOJI = /:([a-z0-9_+'-]+)(?:::skin-tone-[2-6])?:/iy;
const URL_BARE = /https?:\/\/[^\s<>|]*[^\s<>|.,;:!?'")\]*_~]/y;

/** `verbatim`: addresses that stand bare are not made links. */
export function read(source: string, { verbatim = false } = {}): Part[] {
  const parts: Part[] = [];
  const pieces = source.split("```");
  for (const [index, piece] of pieces.entries()) {
    const closed = index % 2 === 1 && pieces.length > index + 1;
    if (closed) parts.push({ kind: "pre", text: plain(piece.replace(/^\n/, "").replace(/\n$/, "")) });
    else if (piece) parts.push(...paragraphs(index % 2 === 1 ? "```" + piece : piece, index > 0, verbatim));
  }
  return parts;
}

function paragraphs(source: string, afterCode: boolean, verbatim: boolean): Part[] {
  const parts: Part[] = [];
  let run: string[] = [];
  let quoted: string[] = [];
  const flush = () => {
    if (quoted.length) parts.push({ kind: "quote", inside: [{ kind: "lines", inside: inline(quoted.join("\n"), verbatim) }] });
    else if (run.length) parts.push({ kind: "lines", inside: inline(run.join("\n"), verbatim) });
    run = [];
    quoted = [];
  };
  const lines = (afterCode ? source.replace(/^\n/, "") : source).split("\n");
  for (const [index, line] of lines.entries()) {
    const rest = /^(?:&gt;|>){3}\s?/.exec(line);
    if (rest) {
      flush();
      quoted = [line.slice(rest[0].length), ...lines.slice(index + 1)];
      break;
    }
    const quote = /^(?:&gt;|>)\s?/.exec(line);
    if (quote ? run.length : quoted.length) flush();
    if (quote) quoted.push(line.slice(quote[0].length));
    else run.push(line);
  }
  flush();
  return parts.filter((part) => part.kind !== "lines" || part.inside.some((piece) => piece.kind !== "text" || piece.text.trim()));
}

/** One run of text, line breaks kept. Faces never cross a line and only open and close at the edge of a word. */
export function inline(source: string, verbatim = false): Inline[] {
  const found: Inline[] = [];
  let text = "";
  const flush = () => {
    if (text) found.push({ kind: "text", text: plain(text) });
    text = "";
  };
  const add = (piece: Inline) => {
    flush();
    found.push(piece);
  };
  for (let at = 0; at < source.length; ) {
    const next = pieceAt(source, at, verbatim);
    if (next) {
      add(next.piece);
      at = next.end;
    } else {
      text += source[at];
      at += 1;
    }
  }
  flush();
  return found;
}

interface Next {
  piece: Inline;
  end: number;
}

function pieceAt(source: string, at: number, verbatim: boolean): Next | null {
  const char = source[at];
  if (char === "<") return entityAt(source, at);
  if (char === "`") return codeAt(source, at);
  if (char === "*" || char === "_" || char === "~") return faceAt(source, at, char, verbatim);
  if (char === ":" && !isWord(source[at - 1])) {
    EMOJI.lastIndex = at;
    const hit = EMOJI.exec(source);
    if (hit) return { piece: { kind: "emoji", name: hit[1]!.toLowerCase() }, end: at + hit[0].length };
  }
  if (char === "h" && !verbatim && !isWord(source[at - 1])) {
    URL_BARE.lastIndex = at;
    const hit = URL_BARE.exec(source);
    if (hit) return { piece: { kind: "link", url: plain(hit[0]), label: [{ kind: "text", text: plain(hit[0]) }] }, end: at + hit[0].length };
  }
  return null;
}

function codeAt(source: string, at: number): Next | null {
  const end = source.indexOf("`", at + 1);
  const inside = end < 0 ? "" : source.slice(at + 1, end);
  if (!inside || inside.includes("\n")) return null;
  return { piece: { kind: "code", text: plain(unlinked(inside)) }, end: end + 1 };
}

/** Slack links names with dots even inside code (`<http://a.b|a.b>`); the reader should see what was meant. */
function unlinked(source: string): string {
  return source.replace(/<(?:https?:|mailto:)[^<>|]*\|([^<>]*)>/g, "$1").replace(/<((?:https?:|mailto:)[^<>|]*)>/g, "$1");
}

function faceAt(source: string, at: number, mark: "*" | "_" | "~", verbatim: boolean): Next | null {
  if (isWord(source[at - 1]) || !source[at + 1] || /[\s]/.test(source[at + 1]!) || source[at + 1] === mark) return null;
  for (let end = at + 2; end < source.length && source[end] !== "\n"; end += 1) {
    const char = source[end];
    if (char === "`" || char === "<") {
      const close = source.indexOf(char === "<" ? ">" : "`", end + 1);
      if (close > 0 && !source.slice(end, close).includes("\n")) end = close;
      continue;
    }
    if (char === mark && !/\s/.test(source[end - 1]!) && !isWord(source[end + 1]) && source[end + 1] !== mark) {
      return { piece: { kind: FACES[mark], inside: inline(source.slice(at + 1, end), verbatim) }, end: end + 1 };
    }
  }
  // `*<@U1>*` and *`code`*: the loop above starts one past a first piece that is itself bracketed.
  return shortFace(source, at, mark, verbatim);
}

function shortFace(source: string, at: number, mark: "*" | "_" | "~", verbatim: boolean): Next | null {
  const first = pieceAt(source, at + 1, verbatim);
  if (!first || source[first.end] !== mark || isWord(source[first.end + 1])) return null;
  return { piece: { kind: FACES[mark], inside: [first.piece] }, end: first.end + 1 };
}

function entityAt(source: string, at: number): Next | null {
  const end = source.indexOf(">", at + 1);
  const inside = end < 0 ? "" : source.slice(at + 1, end);
  if (!inside || inside.includes("\n") || inside.includes("<")) return null;
  const piece = entity(inside);
  return piece && { piece, end: end + 1 };
}

function entity(inside: string): Inline | null {
  const bar = inside.indexOf("|");
  const head = bar < 0 ? inside : inside.slice(0, bar);
  const label = bar < 0 ? null : inside.slice(bar + 1);
  if (/^@[UW]/.test(head)) return { kind: "user", id: head.slice(1), label: label && plain(label) };
  if (/^#C/.test(head)) return { kind: "channel", id: head.slice(1), label: label && plain(label) };
  const date = /^!date\^(\d+)\^([^^]*)(?:\^(.*))?$/.exec(head);
  if (date) return { kind: "date", at: Number(date[1]), format: date[2]!, url: date[3] || null, fallback: plain(label ?? "") };
  const group = /^!subteam\^(\w+)/.exec(head);
  if (group) return { kind: "group", id: group[1]!, label: label && plain(label) };
  if (/^!(here|channel|everyone)$/.test(head)) return { kind: "broadcast", range: head.slice(1) };
  if (/^(https?|mailto|slack):/.test(head)) {
    const url = plain(head);
    return { kind: "link", url, label: label ? inline(label) : [{ kind: "text", text: url.replace(/^mailto:/, "") }] };
  }
  return null;
}

function isWord(char: string | undefined): boolean {
  return char !== undefined && /[\p{L}\p{N}]/u.test(char);
}

/** Slack escapes exactly three characters. */
export function plain(text: string): string {
  return text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");
}
