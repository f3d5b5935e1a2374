/** The SQL console: run a statement on the demo's warehouse as one of its people, and see what came of it. */

import { useEffect, useLayoutEffect, useMemo, useRef, useState, type KeyboardEvent, type RefObject } from "react";
import { caretOf } from "./caret";
import { tableHints, type Hints } from "./completion";
import { useHouse } from "./house";
import { Clock, Play } from "./icons";
import type { ConsoleAnswer, Example, Person } from "./protocol";
import { toned } from "./sql-text";
import { clock } from "./when";

const KEPT = 40;
const SHOWN_ROWS = 200;
const SHOWN_TABLES = 80;

interface Run {
  id: number;
  at: Date;
  login: string;
  sql: string;
  answer: ConsoleAnswer | null;
}

/** Something the page's first steps put into the editor. */
export interface Draft {
  id: number;
  login?: string;
  sql: string;
}

export function Console({ draft }: { draft: Draft | null }) {
  const { workspace, ask } = useHouse();
  const [login, setLogin] = useState("");
  const [sql, setSql] = useState("");
  const [runs, setRuns] = useState<Run[]>([]);
  const [shown, setShown] = useState<number | null>(null);
  const [past, setPast] = useState(false);
  const editor = useRef<HTMLTextAreaElement>(null);
  const number = useRef(0);
  const person = workspace.people.find((one) => one.login === login) ?? workspace.people.find((one) => one.user_id === workspace.me) ?? workspace.people[0];
  const busy = runs.some((run) => run.answer === null);

  const fill = (example: { login?: string; sql: string }) => {
    if (example.login) setLogin(example.login);
    setSql(example.sql);
    requestAnimationFrame(() => editor.current?.focus());
  };
  useEffect(() => {
    if (draft) fill(draft);
  }, [draft]);

  const run = async () => {
    const from = editor.current;
    const marked = from && from.selectionStart !== from.selectionEnd ? sql.slice(from.selectionStart, from.selectionEnd) : sql;
    if (!marked.trim() || busy || !person) return;
    const id = (number.current += 1);
    const entry: Run = { id, at: new Date(), login: person.login, sql: marked.trim(), answer: null };
    setRuns((before) => [entry, ...before].slice(0, KEPT));
    setShown(id);
    const started = performance.now();
    const answer = await ask<ConsoleAnswer>("console", { login: person.login, sql: marked });
    answer.ms ??= performance.now() - started;
    setRuns((before) => before.map((one) => (one.id === id ? { ...one, answer } : one)));
  };

  const current = runs.find((one) => one.id === shown) ?? null;
  if (!workspace.people.length) return <div className="console-none">The demo's warehouse is not connected, so there is no console.</div>;
  return (
    <div className="console">
      <div className="console-who">
        <label htmlFor="console-person">Run as</label>
        <select id="console-person" data-testid="console-person" value={person?.login} onChange={(event) => setLogin(event.target.value)}>
          {workspace.people.map((one) => <option key={one.login} value={one.login}>{one.label}</option>)}
        </select>
        {person?.note && <p className="console-note">{person.note}</p>}
      </div>
      {workspace.examples.length > 0 && (
        <div className="console-examples" role="group" aria-label="Examples">
          {workspace.examples.map((example) => <button key={example.label} type="button" title={`${labelOf(example, workspace.people)}: ${example.sql}`} onClick={() => fill(example)}>{example.label}</button>)}
        </div>
      )}
      <Editor area={editor} value={sql} onChange={setSql} onRun={run} tables={workspace.tables} />
      <div className="console-bar">
        <button type="button" className="button button-primary" data-testid="console-run" aria-busy={busy} disabled={!sql.trim() || busy} onClick={run}>
          {busy ? <span className="spinner" /> : <Play size={14} />} Run
        </button>
        <span className="console-keys"><kbd>{isMac() ? "⌘" : "Ctrl"}</kbd><kbd>Enter</kbd></span>
        <span className="composer-gap" />
        {runs.length > 0 && <button type="button" className="link-button" aria-expanded={past} onClick={() => setPast((was) => !was)}>{past ? "Hide history" : `History (${runs.length})`}</button>}
      </div>
      {past && <History runs={runs} people={workspace.people} onShow={(one) => { setShown(one.id); fill(one); }} />}
      <div className="console-result" data-testid="console-result" aria-live="polite">
        {current ? <Result run={current} people={workspace.people} /> : (
          <>
            <p className="console-empty">Statements really run, on the demo's own warehouse. What they break, lineagebot tells in the channels.</p>
            <Tables names={workspace.tables} onTake={(name) => fill({ sql: `SELECT * FROM ${name} LIMIT 10;` })} />
          </>
        )}
      </div>
    </div>
  );
}

/** What there is to look at, a schema at a time. */
function Tables({ names, onTake }: { names: string[]; onTake: (name: string) => void }) {
  const schemas = new Map<string, string[]>();
  for (const name of [...names].sort().slice(0, SHOWN_TABLES)) {
    const schema = name.split(".").slice(0, -1).join(".");
    schemas.set(schema, [...(schemas.get(schema) ?? []), name]);
  }
  return (
    <div className="tables" role="group" aria-label="Tables">
      {[...schemas].map(([schema, tables]) => (
        <div key={schema}>
          <h3>{schema || "tables"}</h3>
          {tables.map((name) => <button key={name} type="button" onClick={() => onTake(name)} title={`SELECT * FROM ${name}`}>{name.slice(schema ? schema.length + 1 : 0)}</button>)}
        </div>
      ))}
      {names.length > SHOWN_TABLES && <p className="console-empty">…and {names.length - SHOWN_TABLES} more</p>}
    </div>
  );
}

function labelOf(example: Example, people: Person[]): string {
  return people.find((one) => one.login === example.login)?.label ?? example.login;
}

interface EditorProps {
  area: RefObject<HTMLTextAreaElement>;
  value: string;
  onChange: (sql: string) => void;
  onRun: () => void;
  tables: string[];
}

function Editor({ area, value, onChange, onRun, tables }: EditorProps) {
  const [hints, setHints] = useState<Hints | null>(null);
  const [at, setAt] = useState(0);
  const [place, setPlace] = useState({ left: 0, top: 0 });
  const paint = useRef<HTMLPreElement>(null);
  const pieces = useMemo(() => toned(value), [value]);

  useLayoutEffect(() => {
    const element = area.current!;
    element.style.height = "auto";
    element.style.height = `${Math.max(112, Math.min(element.scrollHeight, innerHeight * 0.34))}px`;
  }, [area, value]);

  const look = (text: string, caret: number) => {
    const next = tableHints(text, caret, tables);
    setHints(next);
    setAt(0);
    if (!next || !area.current) return;
    const mark = caretOf(area.current, next.from);
    const frame = area.current.getBoundingClientRect();
    setPlace({ left: Math.max(0, Math.min(mark.left - frame.left, frame.width - 260)), top: mark.top - frame.top + mark.height + 2 });
  };
  const take = (index: number) => {
    const element = area.current!;
    const hint = hints!.hints[index]!;
    const caret = element.selectionStart;
    onChange(value.slice(0, hints!.from) + hint.insert + value.slice(caret));
    setHints(null);
    const where = hints!.from + hint.insert.length;
    requestAnimationFrame(() => {
      element.focus();
      element.setSelectionRange(where, where);
    });
  };
  const keys = (event: KeyboardEvent) => {
    const list = hints?.hints ?? [];
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      setHints(null);
      onRun();
    } else if (!list.length) return;
    else if (event.key === "ArrowDown") setAt((at + 1) % list.length);
    else if (event.key === "ArrowUp") setAt((at + list.length - 1) % list.length);
    else if (event.key === "Tab" || event.key === "Enter") take(at);
    else if (event.key === "Escape") setHints(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div className="editor">
      <pre ref={paint} className="editor-paint" aria-hidden="true">
        {pieces.map((piece, index) => <span key={index} className={`tone-${piece.tone}`}>{piece.text}</span>)}
        {"\n"}
      </pre>
      <textarea
        ref={area}
        data-testid="console-sql"
        value={value}
        placeholder={"SELECT * FROM …\nDROP TABLE …"}
        aria-label="SQL to run on the demo's warehouse"
        aria-autocomplete="list"
        aria-controls={hints ? "console-hints" : undefined}
        aria-activedescendant={hints ? `console-hint-${at}` : undefined}
        spellCheck={false}
        autoCapitalize="off"
        autoCorrect="off"
        onChange={(event) => {
          onChange(event.target.value);
          look(event.target.value, event.target.selectionStart);
        }}
        onScroll={(event) => {
          if (paint.current) paint.current.scrollTop = event.currentTarget.scrollTop;
          setHints(null);
        }}
        onBlur={() => setHints(null)}
        onKeyDown={keys}
      />
      {hints && (
        <div className="editor-hints" id="console-hints" role="listbox" aria-label="Tables" style={place}>
          {hints.hints.map((hint, index) => (
            <div key={hint.id} id={`console-hint-${index}`} role="option" aria-selected={index === at} className="hint" onMouseDown={(event) => event.preventDefault()} onClick={() => take(index)}>
              <span className="hint-label">{hint.label}</span>
            </div>
          ))}
        </div>
      )}
    </div>
  );
}

function Result({ run, people }: { run: Run; people: Person[] }) {
  const { answer } = run;
  const who = people.find((one) => one.login === run.login)?.label ?? run.login;
  if (!answer) return <div className="result-head"><span className="spinner" /> Running as {who}…</div>;
  const failed = !answer.ok || answer.error;
  const rows = answer.rows ?? [];
  return (
    <>
      <div className={`result-head ${failed ? "is-bad" : "is-good"}`}>
        <b>{failed ? "Failed" : said(answer)}</b>
        <span>as {who} · {elapsed(answer.ms ?? 0)}</span>
      </div>
      {failed && <pre className="result-error">{answer.error ?? "The statement failed."}</pre>}
      {answer.notices?.map((notice, index) => <div key={index} className="result-notice">{notice}</div>)}
      {answer.columns && answer.columns.length > 0 && (
        <div className="result-grid" tabIndex={0} role="region" aria-label="Result">
          <table>
            <thead><tr>{answer.columns.map((column, index) => <th key={index} scope="col" className={typeof rows[0]?.[index] === "number" ? "is-number" : undefined}>{column}</th>)}</tr></thead>
            <tbody>
              {rows.slice(0, SHOWN_ROWS).map((row, at) => (
                <tr key={at}>{row.map((value, index) => <td key={index} className={typeof value === "number" ? "is-number" : undefined}>{value === null ? <i className="is-null">NULL</i> : shownValue(value)}</td>)}</tr>
              ))}
            </tbody>
          </table>
          {rows.length === 0 && <div className="result-none">No rows</div>}
        </div>
      )}
      {(answer.truncated || rows.length > SHOWN_ROWS) && <div className="result-notice">Only the first {Math.min(rows.length, SHOWN_ROWS)} rows are shown.</div>}
    </>
  );
}

function said(answer: ConsoleAnswer): string {
  if (answer.columns?.length) return `${answer.truncated ? "more than " : ""}${answer.rows?.length ?? 0} ${answer.rows?.length === 1 ? "row" : "rows"}`;
  if (answer.rowcount !== null && answer.rowcount !== undefined && answer.rowcount >= 0) return `Done, ${answer.rowcount} ${answer.rowcount === 1 ? "row" : "rows"}`;
  return "Done";
}

function elapsed(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

function shownValue(value: unknown): string {
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function History({ runs, people, onShow }: { runs: Run[]; people: Person[]; onShow: (run: Run) => void }) {
  return (
    <ol className="history" aria-label="What was run">
      {runs.map((run) => {
        const bad = run.answer && (!run.answer.ok || run.answer.error);
        return (
          <li key={run.id}>
            <button type="button" onClick={() => onShow(run)}>
              <span className={`dot ${run.answer ? (bad ? "is-bad" : "is-good") : ""}`} title={bad ? "failed" : "done"} />
              <code>{run.sql.replace(/\s+/g, " ")}</code>
              <small>{(people.find((one) => one.login === run.login)?.label ?? run.login).split(/[ (,]/)[0]} <Clock size={11} /> {clock(run.at)}</small>
            </button>
          </li>
        );
      })}
    </ol>
  );
}

function isMac(): boolean {
  return /mac/i.test(navigator.platform);
}
