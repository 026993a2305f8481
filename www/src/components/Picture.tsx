/** Shows a picture from the library. */
import { useEffect, useState } from "preact/hooks";
import { library } from "../studio/library.ts";

export function Picture({ id, alt }: { id: string; alt: string }) {
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    let isGone = false;
    let made: string | undefined;
    void library()
      .then((shelf) => shelf.image(id))
      .then((content) => {
        if (!content || isGone) return;
        made = URL.createObjectURL(content);
        setUrl(made);
      });
    return () => {
      isGone = true;
      if (made) URL.revokeObjectURL(made);
    };
  }, [id]);
  return <img class="picture" src={url} alt={alt} />;
}
