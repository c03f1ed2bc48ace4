// backend/dashboard/src/parts/states.tsx - how a page says that it loads, that there is nothing, that it failed, or that one may not look.
import type { ComponentChildren } from "preact";
import { ApiError } from "../api";
import { useLate } from "../hooks";
import { Icon, type IconName } from "../icons";
import { Button } from "./basic";

/** Grey rows after a moment; never over something that is there. */
export function Loading({ rows = 8 }: { rows?: number }) {
  const late = useLate(true);
  return <div class="loading" role="status" aria-label="Loading">{late && Array.from({ length: rows }, () => <div class="bone" />)}</div>;
}

export function Empty({ icon, title, children }: { icon?: IconName; title: string; children?: ComponentChildren }) {
  return <div class="empty">{icon && <Icon name={icon} size={36} />}<h2>{title}</h2>{children && <p>{children}</p>}</div>;
}

export function Failed({ error, what, again, ns }: { error: Error; what: string; again?: () => void; ns?: string }) {
  if ((error as ApiError).status === 403) return <NoRights what={what} ns={ns ?? ""} said={error.message} />;
  return (
    <div class="empty failed" role="alert"><Icon name="failed" size={36} /><h2>The {what} could not be fetched</h2><p>{error.message}</p>
      {again && <Button kind="main" icon="run" onClick={again}>Try again</Button>}</div>
  );
}

export function NoRights({ what, ns, said }: { what: string; ns: string; said?: string }) {
  return (
    <div class="empty"><Icon name="user" size={36} /><h2>You may not look at {what}{ns && ` in ${ns}`}</h2>
      <p>Missing: the right to list {what}. Ask who manages the roles of this picket.{said && <span class="muted"> It said: {said}</span>}</p></div>
  );
}

/** One of the four, or what there is. */
export function Show<T>({ of, what, ns, children }: { of: { data: T | undefined; error: Error | null; loading: boolean; again: () => void }; what: string; ns?: string; children: (data: T) => ComponentChildren }) {
  if (of.data === undefined && of.error) return <Failed error={of.error} what={what} again={of.again} ns={ns} />;
  if (of.data === undefined) return <Loading />;
  return <>{of.error && <p class="notice bad" role="alert"><Icon name="failed" />{of.error.message} <Button kind="quiet" onClick={of.again}>Try again</Button></p>}{children(of.data)}</>;
}
