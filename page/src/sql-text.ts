/** Colour for SQL in the console: four kinds of words, enough to see a missing quote. */

export type Tone = "word" | "text" | "number" | "comment" | "plain";

const KEYWORDS = new Set(
  `add all alter and any as asc begin between by cascade case cast check column commit constraint copy create cross current_date current_timestamp database default delete desc distinct do drop else end exists
  explain false fetch filter for foreign from full function grant group having if ilike in index inner insert intersect interval into is join key lateral left like limit materialized merge natural not null offset on or order
  outer over partition primary references rename replace restrict returning revoke right rollback row rows schema select set table temp temporary then to true truncate union unique update using values view when where window with`.split(/\s+/),
);
const PIECES = /(--[^\n]*|\/\*[\s\S]*?(?:\*\/|$))|('(?:[^']|'')*'?|\$\$[\s\S]*?(?:\$\$|$))|("(?:[^"]|"")*"?|[A-Za-z_]\w*)|(\b\d+(?:\.\d+)?\b)/g;

export function toned(sql: string): { text: string; tone: Tone }[] {
  const found: { text: string; tone: Tone }[] = [];
  let end = 0;
  for (const hit of sql.matchAll(PIECES)) {
    if (hit.index > end) found.push({ text: sql.slice(end, hit.index), tone: "plain" });
    const tone: Tone = hit[1] ? "comment" : hit[2] ? "text" : hit[4] ? "number" : KEYWORDS.has(hit[0].toLowerCase()) ? "word" : "plain";
    found.push({ text: hit[0], tone });
    end = hit.index + hit[0].length;
  }
  found.push({ text: sql.slice(end), tone: "plain" });
  return found;
}
