"use client";
import { useEffect } from "react";
import { outcomeOf, run, show } from "../app.js";

export default function Page() {
  useEffect(() => {
    outcomeOf(run()).then(show);
  }, []);
  return <p>Two tones</p>;
}
