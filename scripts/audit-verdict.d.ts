export type AuditVerdict =
  | { readonly kind: "clean"; readonly lesser: readonly string[] }
  | { readonly kind: "vulnerable"; readonly found: readonly string[] }
  | { readonly kind: "unanswered"; readonly why: string };

export declare function auditVerdict(output: string): AuditVerdict;
