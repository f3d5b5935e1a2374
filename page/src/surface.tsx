/** What stands around a block: a message, a modal or the app's home, each with its own way to remember and to tell. */

import { createContext, useContext } from "react";
import type { Element, Option } from "./protocol";

/** What an element's owner said, in the field names of Slack's payloads. */
export interface Said {
  type: string;
  value?: string | null;
  selected_option?: Option | null;
  selected_options?: Option[];
  selected_user?: string | null;
  selected_users?: string[];
  selected_channel?: string | null;
  selected_channels?: string[];
  selected_conversation?: string | null;
  selected_conversations?: string[];
  selected_date?: string | null;
  selected_time?: string | null;
  selected_date_time?: number | null;
}

export type Values = Record<string, Record<string, Said>>;

export interface Surface {
  kind: "message" | "modal" | "home";
  values: Values;
  errors: Record<string, string>;
  say: (block: string, action: string, said: Said) => void;
  /** Resolves when the server has answered; says whether it took it. */
  act: (block: string, element: Element, said: Partial<Said>) => Promise<boolean>;
  suggest: (block: string, action: string, typed: string) => Promise<Suggested>;
}

export interface Suggested {
  options?: Option[];
  option_groups?: { label: { text: string }; options: Option[] }[];
  error?: string;
}

export const SurfaceContext = createContext<Surface | null>(null);

export function useSurface(): Surface {
  const surface = useContext(SurfaceContext);
  if (!surface) throw new Error("a block needs a surface around it");
  return surface;
}
