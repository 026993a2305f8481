/** The words of the dialogs and panels that are loaded when they are opened, in the language in use. */
import { computed } from "@preact/signals";
import { enLater } from "./en-later.ts";
import { wordsBeside } from "./words.ts";

export const laterWords = computed(() => wordsBeside.value ?? enLater);
