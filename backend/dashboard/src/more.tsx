// backend/dashboard/src/more.tsx - every page but the first, and the dialogs: a script of its own, fetched when the first page is on screen.
export { Backend, PasswordDialog } from "./pages/backend";
export { CheckPage, Checks } from "./pages/checks";
export { Config } from "./pages/config";
export { Entities, EntityPage } from "./pages/entities";
export { EventPage } from "./pages/event";
export { Journal } from "./pages/journal";
export { AcknowledgeForm } from "./parts/acknowledge";
export { Silences } from "./pages/silences";
export { Wall } from "./pages/wall";
export { PaletteBox } from "./parts/palette";
export { SettingsDialogs } from "./parts/settings";
export { SilenceForm } from "./parts/silence_form";
