import { defineConfig } from "vite";
import { shipped } from "./shipped.ts";

export default defineConfig({
  base: "./",
  plugins: [shipped()],
  build: {
    outDir: process.env.PAGE_OUT ?? "../lineagebot/playground/static",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
    chunkSizeWarningLimit: 1000,
    rollupOptions: {
      output: {
        entryFileNames: "page.js",
        chunkFileNames: "[name].js",
        assetFileNames: "[name][extname]",
      },
    },
  },
});
