/** Draw a rich_text block: what a person's composer and modern bots write. */

import { Fragment, type ReactNode } from "react";
import { CodeBlock } from "./code";
import { Emoji, Link, Moment, UserMention, ChannelMention } from "./text";

interface Piece {
  type: string;
  elements?: Piece[];
  style?: any;
  [field: string]: any;
}

const LETTERS = "abcdefghijklmnopqrstuvwxyz";
const ROMAN: [number, string][] = [[10, "x"], [9, "ix"], [5, "v"], [4, "iv"], [1, "i"]];

export function RichText({ elements }: { elements: Piece[] }) {
  const counts: number[] = [];
  return (
    <div className="rich-text">
      {elements.map((element, index) => {
        const indent = element.indent ?? 0;
        if (element.type !== "rich_text_list") counts.length = 0;
        else counts.length = indent + 1;
        const start = (counts[indent] ?? element.offset ?? 0) as number;
        if (element.type === "rich_text_list") counts[indent] = start + (element.elements?.length ?? 0);
        return <Fragment key={index}>{section(element, start)}</Fragment>;
      })}
    </div>
  );
}

function section(element: Piece, start: number): ReactNode {
  const inside = element.elements ?? [];
  switch (element.type) {
    case "rich_text_preformatted":
      return <CodeBlock text={inside.map((piece) => piece.text ?? piece.url ?? "").join("")} />;
    case "rich_text_quote":
      return <blockquote><Spans pieces={inside} /></blockquote>;
    case "rich_text_list":
      return (
        <ul className={element.border ? "rich-list bordered" : "rich-list"} style={{ marginInlineStart: 28 * (element.indent ?? 0) }}>
          {inside.map((item, index) => (
            <li key={index}>
              <span className="rich-marker" aria-hidden="true">{marker(element, start + index)}</span>
              <span>{item.type === "rich_text_section" ? <Spans pieces={item.elements ?? []} /> : section(item, 0)}</span>
            </li>
          ))}
        </ul>
      );
    default:
      return <div className="lines"><Spans pieces={inside} /></div>;
  }
}

function marker(list: Piece, number: number): string {
  const level = (list.indent ?? 0) % 3;
  if (list.style !== "ordered") return ["•", "◦", "▪︎"][level]!;
  return `${level === 0 ? number + 1 : level === 1 ? letters(number) : roman(number + 1)}.`;
}

function letters(number: number): string {
  return (number >= 26 ? letters(Math.floor(number / 26) - 1) : "") + LETTERS[number % 26];
}

function roman(number: number): string {
  const [size, sign] = ROMAN.find(([size]) => number >= size) ?? [0, ""];
  return size ? sign + roman(number - size) : "";
}

function Spans({ pieces }: { pieces: Piece[] }) {
  return (
    <>
      {pieces.map((piece, index) => (
        <Fragment key={index}>{styled(span(piece), piece.style)}</Fragment>
      ))}
    </>
  );
}

function span(piece: Piece): ReactNode {
  switch (piece.type) {
    case "text":
      return piece.text;
    case "link":
      return <Link url={piece.url}>{piece.text || piece.url}</Link>;
    case "user":
      return <UserMention id={piece.user_id} />;
    case "channel":
      return <ChannelMention id={piece.channel_id} />;
    case "usergroup":
      return <span className="mention">@{piece.usergroup_id}</span>;
    case "broadcast":
      return <span className="mention mention-me">@{piece.range}</span>;
    case "emoji":
      return <Emoji name={piece.name} />;
    case "date":
      return <Moment at={piece.timestamp} format={piece.format} url={piece.url} />;
    case "color":
      return <code><span className="swatch" style={{ background: piece.value }} />{piece.value}</code>;
    default:
      return piece.text ?? "";
  }
}

function styled(drawn: ReactNode, style: Record<string, boolean> | undefined): ReactNode {
  if (!style) return drawn;
  let node = drawn;
  if (style.code) node = <code>{node}</code>;
  if (style.bold) node = <strong>{node}</strong>;
  if (style.italic) node = <em>{node}</em>;
  if (style.strike) node = <s>{node}</s>;
  if (style.underline) node = <u>{node}</u>;
  return node;
}
