/** Blocks that few bots send, drawn by slack-blocks-to-jsx, which is only fetched when the first one appears. */

import { Message } from "slack-blocks-to-jsx";
import "slack-blocks-to-jsx/dist/style.css";
import type { Block } from "./protocol";
import type { Workspace } from "./workspace";
import { nameOf } from "./workspace";

export default function Rare({ block, workspace }: { block: Block; workspace: Workspace }) {
  return (
    <Message
      blocks={[block as never]}
      withoutWrapper
      name=""
      logo=""
      data={{
        users: [...workspace.users.values()].map((user) => ({ id: user.id, name: nameOf(user) })),
        channels: workspace.channels.map((channel) => ({ id: channel.id, name: channel.name })),
      }}
    />
  );
}
