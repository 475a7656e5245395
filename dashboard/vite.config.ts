import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

export default defineConfig({
  base: "/dashboard/",
  plugins: [react()],
  // The API of a running stack, for `npm run dev`.
  server: { proxy: { "/api": "http://localhost:3000", "/favicon.svg": "http://localhost:3000" } },
  build: {
    // Tells tests which files the first page needs.
    manifest: true,
    // The content security policy allows no data: URLs but images'.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  test: {
    env: { TZ: "Asia/Kolkata" },
    // Machines that build are busy.
    testTimeout: 30_000,
    projects: [
      { extends: true, test: { name: "logic", include: ["src/**/*.test.ts"] } },
      {
        extends: true,
        test: {
          name: "components",
          include: ["src/**/*.test.tsx"],
          environment: "happy-dom",
          setupFiles: ["src/test-setup.ts"],
        },
      },
    ],
  },
});
