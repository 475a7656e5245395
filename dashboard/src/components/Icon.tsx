/** Line icons on a 16-unit grid. They say nothing by themselves: a name always stands beside or behind them. */

const PATHS = {
  home: "M2.5 7 8 2.5 13.5 7v6.5h-4V10h-3v3.5h-4z",
  payments: "M1.5 4h13v8.5h-13zM1.5 6.75h13M4 10h2.5",
  refunds: "M5.5 3 2.5 6l3 3M2.5 6h7a4 4 0 0 1 0 8h-3",
  orders: "M3 2.5h10v11l-2-1.25-1.5 1.25L8 12.25 6.5 13.5 5 12.25 3 13.5zM5.5 5.5h5M5.5 8.25h5",
  events: "M8.75 1.5 3 9h4.25l-.5 5.5L13 7H8.5z",
  settlements: "M2.5 13.5h11M3.5 13.5v-6M8 13.5v-6M12.5 13.5v-6M8 1.75 13.75 5v1.5H2.25V5z",
  webhooks: "M2 8h7M6.5 5 9.5 8l-3 3M10.5 3H14v10h-3.5",
  developers: "m5 4.5-3.5 3.5L5 11.5M11 4.5 14.5 8 11 11.5M9.25 2.75l-2.5 10.5",
  ops: "M1.5 8h3l2-5.5 3 11 2-5.5h3",
  menu: "M2 4h12M2 8h12M2 12h12",
  close: "m3.5 3.5 9 9M12.5 3.5l-9 9",
  copy: "M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3",
  check: "m3 8.5 3.25 3.25L13 4.5",
  search: "M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9M10.25 10.25 14 14",
  left: "M10 3 5 8l5 5",
  right: "m6 3 5 5-5 5",
  down: "m3 6 5 5 5-5",
  up: "M8 13V3M4 7l4-4 4 4",
  fall: "M8 3v10M4 9l4 4 4-4",
  columns: "M2 2.5h12v11H2zM6 2.5v11M10 2.5v11",
  download: "M8 2v8M4.5 7 8 10.5 11.5 7M2.5 13.5h11",
  help: "M8 14.5a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13M6.25 6.25a1.75 1.75 0 1 1 2.5 1.6c-.5.25-.75.55-.75 1.15M8 11.4v.1",
  sun: "M8 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6M8 1v1.5M8 13.5V15M1 8h1.5M13.5 8H15M3 3l1 1M12 12l1 1M3 13l1-1M12 4l1-1",
  moon: "M13.5 9.5A6 6 0 0 1 6.5 2.5a6 6 0 1 0 7 7z",
  system: "M1.5 2.5h13v8.5h-13zM5.5 14h5M8 11v3",
  logout: "M6.5 2.5h-4v11h4M7 8h7M11 5l3 3-3 3",
  warning: "M8 2 1.5 13.5h13zM8 6.5v3.25M8 11.6v.1",
  plus: "M8 2.5v11M2.5 8h11",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, size = 16 }: { name: IconName; size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
