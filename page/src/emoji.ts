/** The emoji short codes people and bots really use in a data team's channels; any other keeps its :name:. */

const NAMES = `
+1👍 -1👎 thumbsup👍 thumbsdown👎 tada🎉 eyes👀 wave👋 pray🙏 clap👏 raised_hands🙌 muscle💪 ok_hand👌 point_right👉 point_down👇 point_up☝️ v✌️
smile😄 smiley😃 grin😁 grinning😀 joy😂 laughing😆 wink😉 blush😊 slightly_smiling_face🙂 upside_down_face🙃 heart_eyes😍 thinking_face🤔 thinking🤔
neutral_face😐 sweat_smile😅 sweat😓 cry😢 sob😭 scream😱 fearful😨 sunglasses😎 nerd_face🤓 face_with_rolling_eyes🙄 shrug🤷 facepalm🤦 sleeping😴 zzz💤
robot_face🤖 ghost👻 skull💀 fire🔥 sparkles✨ star⭐ star2🌟 zap⚡ boom💥 100💯 heart❤️ broken_heart💔 green_heart💚 blue_heart💙 purple_heart💜
white_check_mark✅ heavy_check_mark✔️ ballot_box_with_check☑️ x❌ negative_squared_cross_mark❎ heavy_plus_sign➕ heavy_minus_sign➖ warning⚠️ rotating_light🚨
no_entry⛔ no_entry_sign🚫 octagonal_sign🛑 stop_sign🛑 question❓ exclamation❗ grey_question❔ grey_exclamation❕ bangbang‼️ information_source ℹ️ bulb💡 bell🔔 no_bell🔕 mega📣 loudspeaker📢
red_circle🔴 large_red_circle🔴 large_orange_circle🟠 large_yellow_circle🟡 large_green_circle🟢 large_blue_circle🔵 large_purple_circle🟣 white_circle⚪ black_circle⚫
large_red_square🟥 large_orange_square🟧 large_yellow_square🟨 large_green_square🟩 large_blue_square🟦 white_large_square⬜ black_large_square⬛ large_blue_diamond🔷 small_blue_diamond🔹 small_orange_diamond🔸
chart_with_upwards_trend📈 chart_with_downwards_trend📉 bar_chart📊 clipboard📋 memo📝 pencil📝 pencil2✏️ page_facing_up📄 bookmark_tabs📑 books📚 book📖 notebook📓 ledger📒 card_index📇 card_file_box🗃️ file_cabinet🗄️ file_folder📁 open_file_folder📂 wastebasket🗑️
mag🔍 mag_right🔎 link🔗 paperclip📎 pushpin📌 round_pushpin📍 label🏷️ lock🔒 unlock🔓 key🔑 closed_lock_with_key🔐 shield🛡️ gear⚙️ hammer🔨 wrench🔧 hammer_and_wrench🛠️ toolbox🧰 nut_and_bolt🔩 broom🧹 package📦 inbox_tray📥 outbox_tray📤 floppy_disk💾 cd💿 computer💻 desktop_computer🖥️ iphone📱 telephone☎️ email📧 envelope✉️ speech_balloon💬 thought_balloon💭 left_speech_bubble🗨️
hourglass⌛ hourglass_flowing_sand⏳ stopwatch⏱️ alarm_clock⏰ watch⌚ clock1🕐 clock3🕒 clock9🕘 calendar📅 date📅 spiral_calendar_pad🗓️
arrow_right➡️ arrow_left⬅️ arrow_up⬆️ arrow_down⬇️ arrow_upper_right↗️ arrow_lower_right↘️ arrow_right_hook↪️ leftwards_arrow_with_hook↩️ arrows_counterclockwise🔄 arrows_clockwise🔃 repeat🔁 twisted_rightwards_arrows🔀 rewind⏪ fast_forward⏩ double_vertical_bar⏸️ pause_button⏸️ arrow_forward▶️ black_square_for_stop⏹️
busts_in_silhouette👥 bust_in_silhouette👤 man👨 woman👩 technologist🧑‍💻 detective🕵️ ambulance🚑 fire_engine🚒 rocket🚀 ship🚢 construction🚧 checkered_flag🏁 triangular_flag_on_post🚩 white_flag🏳️ trophy🏆 medal🏅 gem💎 moneybag💰 dollar💵 euro💶 receipt🧾 shopping_cart🛒 
deciduous_tree🌳 evergreen_tree🌲 seedling🌱 herb🌿 four_leaf_clover🍀 sunny☀️ cloud☁️ umbrella☔ snowflake❄️ rainbow🌈 ocean🌊 earth_africa🌍 earth_americas🌎 globe_with_meridians🌐 coffee☕ pizza🍕 cake🍰 beer🍺 apple🍎 bug🐛 ant🐜 bee🐝 elephant🐘 snake🐍 whale🐳 penguin🐧 turtle🐢 unicorn_face🦄 dog🐶 cat🐱 crystal_ball🔮 test_tube🧪 microscope🔬 telescope🔭 dna🧬 thread🧵 knot🪢 ladder🪜 brick🧱 bricks🧱 jigsaw🧩 game_die🎲 dart🎯 see_no_evil🙈
one1️⃣ two2️⃣ three3️⃣ four4️⃣ five5️⃣ recycle♻️ new🆕 ok🆗 sos🆘 top🔝 soon🔜 back🔙 infinity♾️
`;

const TABLE = new Map<string, string>();
for (const [, name, sign] of NAMES.matchAll(/([a-z0-9_+-]+?)\s?([^\sa-z0-9_+-]\S*|[1-5]️⃣)(?=\s)/g)) TABLE.set(name!, sign!);

export function emoji(name: string): string | null {
  return TABLE.get(name) ?? null;
}
