export function Logo({ size = 26 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="8" fill="#1d59c8" />
      <path d="M8.5 24.5v-9a7.5 7.5 0 0 1 15 0v9" fill="none" stroke="#fff" strokeWidth="3" strokeLinecap="round" />
      <circle cx="16" cy="19.5" r="2.75" fill="#fff" />
    </svg>
  );
}
