import js from "@eslint/js";
import globals from "globals";

export default [
  js.configs.recommended,
  {
    languageOptions: { ecmaVersion: 2024, sourceType: "module", globals: globals.browser },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      complexity: ["error", 12],
      eqeqeq: "error",
      "max-lines": ["error", 420],
      "max-lines-per-function": ["error", { max: 60, skipBlankLines: true }],
      "no-alert": "error",
      "no-eval": "error",
      "no-implied-eval": "error",
      "no-var": "error",
      "prefer-const": "error",
      "no-restricted-properties": [
        "error",
        { property: "innerHTML", message: "External text becomes text nodes: use el() of dom.js." },
        { property: "outerHTML", message: "External text becomes text nodes: use el() of dom.js." },
        { property: "insertAdjacentHTML", message: "External text becomes text nodes: use el() of dom.js." },
      ],
    },
  },
];
