declare const process: { argv: string[]; exit(code: number): never };

export function check(holds: boolean, what: string): void {
  if (!holds) throw new Error(`not so: ${what}`);
}

export function main(run: (baseUrl: string) => Promise<void>): void {
  const baseUrl = process.argv[2] ?? "";
  run(baseUrl).then(
    () => process.exit(0),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
}
