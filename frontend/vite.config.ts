import { defineConfig } from "vite";

// The doors load these files by their source name; Django's tag {% built %} reads the manifest.
const entries = {
  desk: "src/desk.ts",
  public: "src/public.ts",
  "desk-style": "src/styles/desk.scss",
  "public-style": "src/styles/public.scss",
  "print-style": "src/styles/print.scss",
  "pattern-style": "src/styles/pattern.scss",
};

export default defineConfig({
  // Addresses inside built files are relative, so that STATIC_URL may change without a new build.
  base: "./",
  publicDir: false,
  css: {
    preprocessorOptions: {
      scss: {
        loadPaths: ["node_modules", "src/styles"],
        // Bootstrap 5.3 is written in the older Sass; it warns about itself, not about us.
        quietDeps: true,
        silenceDeprecations: ["import", "global-builtin", "color-functions", "if-function"],
      },
    },
  },
  build: {
    outDir: "../huiyin/interfaces/common/static/built",
    emptyOutDir: true,
    manifest: "manifest.json",
    assetsDir: "",
    // A polyfill would be an inline script; browsers older than module preload just load later.
    modulePreload: false,
    target: ["chrome87", "firefox78", "safari14"],
    cssTarget: ["chrome89", "safari15"],
    chunkSizeWarningLimit: 800,
    rollupOptions: { input: entries },
  },
});
