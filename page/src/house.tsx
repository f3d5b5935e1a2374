/** What every part of the page may need to know: the workspace, who is reading, and how to go somewhere or ask for something. */

import { createContext, useContext } from "react";
import type { Answer } from "./protocol";
import type { Workspace } from "./workspace";

export interface House {
  workspace: Workspace;
  ask: <A extends Answer = Answer>(path: string, body: object) => Promise<A>;
  go: (channel: string) => void;
  openThread: (ts: string) => void;
  /** Put SQL into the console's editor, unrun. */
  toConsole: (sql: string) => void;
  complain: (sentence: string) => void;
}

export const HouseContext = createContext<House | null>(null);

export function useHouse(): House {
  const house = useContext(HouseContext);
  if (!house) throw new Error("useHouse needs the page around it");
  return house;
}
