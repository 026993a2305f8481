import { createRoot } from "react-dom/client";
import { Joiner } from "./Joiner.jsx";

createRoot(document.getElementById("app")).render(<Joiner />);
