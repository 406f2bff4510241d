const COOKIE = "noyau_zone";
const A_YEAR = 365 * 24 * 3600;

/** Tells the portal in which time zone this browser is: the next page speaks of its times in it. */
export function tellTimeZone(): void {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!zone || document.cookie.split("; ").includes(`${COOKIE}=${zone}`)) return;
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `${COOKIE}=${zone}; path=/; max-age=${A_YEAR}; samesite=lax${secure}`;
}
