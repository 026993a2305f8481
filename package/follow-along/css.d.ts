/** A stylesheet that a script carries with it: the build minifies it, and gives its text. */
declare module "*.css" {
  const text: string;
  export default text;
}
