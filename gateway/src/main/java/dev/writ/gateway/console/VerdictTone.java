package dev.writ.gateway.console;

import io.quarkus.qute.TemplateExtension;

/** How the console shows verdicts and outcomes: by class, beside the word. */
final class VerdictTone {

    private VerdictTone() {}

    /** Empty for words that are neither good nor bad. */
    static String of(String word) {
        return switch (word) {
            case "allow", "succeeded", "executed", "approved", "holds" -> "good";
            case "deny", "failed", "denied", "refused", "expired" -> "bad";
            case "escalate", "escalated", "unknown", "pending", "open", "doubtful", "undefined" -> "wait";
            default -> "";
        };
    }

    /** The class of a badge. */
    @TemplateExtension
    static String tone(String word) {
        return of(word);
    }
}
