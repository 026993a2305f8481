/** A stylesheet inside a script: the build minifies it and returns its text. */
declare module "*.css" {
  const text: string;
  export default text;
}
