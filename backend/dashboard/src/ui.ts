// backend/dashboard/src/ui.ts - which dialog is open. Their code may still be on its way (more.tsx), and so is not needed to open one.
import { signal } from "@preact/signals";
import type { Silenced, Target } from "./acts";
import type { Selection } from "./list/select";
import { kNothing } from "./list/select";

export interface SilenceTask { ns: string; events?: Target[]; subscription?: string; check?: string; before?: Silenced }
export const silencing = signal<SilenceTask | null>(null);
export const silenceOpen = (t: SilenceTask) => { silencing.value = t; };
export const acknowledging = signal<Target[] | null>(null);
export const paletteShown = signal(false);
export const settingsShown = signal<"" | "preferences" | "keys">("");
export const passwordShown = signal(false);
export const wantsLogin = signal(false); // a guest who would act
export const selection = signal<Selection>(kNothing); // of events, by key
