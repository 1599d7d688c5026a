package dev.writ.gateway.catalog;

import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import dev.writ.model.RiskClass;
import dev.writ.model.ToolDefinition;
import dev.writ.model.ToolEffects;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * What an operator might say of a tool's effects, each with its reason, from its name, its arguments and what its server says of it. It is a
 * beginning to correct, and nothing that anybody decides by: a server that lies about a tool lies to this, too.
 */
record EffectsProposal(ToolEffects effects, List<String> reasons) {

    private static final Set<String> READING = Set.of(
            "get",
            "list",
            "read",
            "search",
            "find",
            "query",
            "fetch",
            "show",
            "describe",
            "count",
            "check",
            "lookup",
            "view");
    private static final Set<String> DESTROYING = Set.of(
            "delete",
            "remove",
            "drop",
            "purge",
            "erase",
            "destroy",
            "truncate",
            "wipe",
            "revoke",
            "terminate",
            "kill",
            "uninstall");
    private static final Set<String> RUNNING =
            Set.of("execute", "exec", "run", "eval", "shell", "deploy", "install", "sudo");
    private static final Set<String> PAYING =
            Set.of("pay", "refund", "transfer", "charge", "purchase", "buy", "order", "invoice", "wire", "withdraw");
    private static final Set<String> SENDING = Set.of(
            "send", "post", "publish", "email", "mail", "message", "notify", "share", "invite", "upload", "tweet",
            "reply", "push");
    private static final Pattern RECIPIENT = Pattern.compile(
            "(^|_)(to|cc|bcc|recipients?|email|phone|channel|webhook|callback|url|uri|endpoint|host)($|_)");
    private static final Pattern MONEY =
            Pattern.compile("(^|_)(amount|price|total|currency|iban|card|account|quantity)($|_)");

    EffectsProposal {
        reasons = List.copyOf(reasons);
    }

    static EffectsProposal of(ToolDefinition tool) {
        String own = tool.name().value().substring(tool.connector().length() + 1);
        Set<String> words = new LinkedHashSet<>(List.of(own.split("[^a-z0-9]+")));
        Set<String> arguments = arguments(tool);
        JsonObject hints = tool.published()
                .flatMap(published -> published.object("annotations"))
                .orElse(JsonObject.empty());
        List<String> reasons = new ArrayList<>();
        Optional<String> destroys = said("the name says '%s'", words, DESTROYING, reasons);
        Optional<String> runs = said("the name says '%s'", words, RUNNING, reasons);
        Optional<String> pays = said("the name says '%s'", words, PAYING, reasons)
                .or(() -> matching("it takes '%s', which looks like money", arguments, MONEY, reasons));
        Optional<String> sends = said("the name says '%s'", words, SENDING, reasons);
        Optional<String> recipient =
                matching("it takes '%s', so that what it carries may leave", arguments, RECIPIENT, reasons);
        boolean acts = destroys.isPresent() || runs.isPresent() || pays.isPresent() || sends.isPresent();
        Optional<String> reads = acts ? Optional.empty() : said("the name says '%s'", words, READING, reasons);
        boolean readOnly = reads.isPresent() && !isFalse(hints, "readOnlyHint");
        if (hints.isTrue("destructiveHint")) {
            reasons.add("the server says that it destroys");
        }
        if (hints.isTrue("openWorldHint")) {
            reasons.add("the server says that it reaches an open world");
        }
        if (hints.isTrue("readOnlyHint") && !readOnly) {
            // Only what makes it worse is believed.
            reasons.add("the server says that it only reads, and nothing else does: not proposed");
        }
        boolean grave = destroys.isPresent() || runs.isPresent() || pays.isPresent() || hints.isTrue("destructiveHint");
        boolean outbound =
                sends.isPresent() || recipient.isPresent() || runs.isPresent() || hints.isTrue("openWorldHint");
        RiskClass risk = RiskClass.MEDIUM;
        if (runs.isPresent()) {
            risk = RiskClass.CRITICAL;
        } else if (grave) {
            risk = RiskClass.HIGH;
        } else if (readOnly) {
            risk = outbound ? RiskClass.MEDIUM : RiskClass.LOW;
        }
        if (reasons.isEmpty()) {
            reasons.add("neither its name nor its arguments say what it does");
        }
        return new EffectsProposal(
                new ToolEffects(
                        Optional.of(risk),
                        readOnly ? Optional.empty() : Optional.of(false).filter(no -> grave || outbound),
                        Optional.of(outbound),
                        Optional.of(readOnly)),
                reasons);
    }

    private static boolean isFalse(JsonObject hints, String name) {
        return hints.get(name).isPresent() && !hints.isTrue(name);
    }

    private static Optional<String> said(String reason, Set<String> words, Set<String> verbs, List<String> reasons) {
        Optional<String> found = words.stream().filter(verbs::contains).findFirst();
        found.ifPresent(word -> reasons.add(String.format(Locale.ROOT, reason, word)));
        return found;
    }

    private static Optional<String> matching(String reason, Set<String> names, Pattern pattern, List<String> reasons) {
        Optional<String> found =
                names.stream().filter(name -> pattern.matcher(name).find()).findFirst();
        found.ifPresent(name -> reasons.add(String.format(Locale.ROOT, reason, Visible.text(name))));
        return found;
    }

    /** Names of arguments in snake case. */
    private static Set<String> arguments(ToolDefinition tool) {
        Set<String> names = new TreeSet<>();
        tool.inputSchema()
                .object("properties")
                .orElse(JsonObject.empty())
                .members()
                .keySet()
                .forEach(name ->
                        names.add(name.replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT)));
        tool.inputSchema()
                .array("required")
                .map(JsonArray::texts)
                .ifPresent(required -> required.forEach(name -> names.add(name.toLowerCase(Locale.ROOT))));
        return names;
    }
}
