package dev.writ.rules;

import dev.writ.model.Effect;
import dev.writ.model.ToolName;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * An exception to a rule that escalates: one agent may call one tool without people, inside bounds of every argument, so many times
 * within a day, until a date. It lapses by itself.
 *
 * @param name of the rule that it becomes
 * @param escalating the rule of the same bundle that makes way for it
 * @param forPerson whether it is about calls for some person, or about those that the agent makes for nobody
 * @param arguments every value that the arguments hold, by path; a call with any other is outside
 * @param since calls before that do not count towards the budget: people looked at them
 * @param perDay how many calls of the tool are allowed within 24 hours, whichever rule allows them: of this agent, or of everybody if it
 *     is about calls for persons
 * @param until the first day, in UTC, on which it does not hold any more
 */
public record BoundedException(
        String name,
        String escalating,
        ToolName tool,
        String agent,
        boolean forPerson,
        SortedMap<String, Bound> arguments,
        Instant since,
        int perDay,
        LocalDate until,
        String reason) {

    private static final Pattern VERSION = Pattern.compile("(?m)^version:.*$");
    private static final String COUNTED =
            "verdict == \"allow\", outcome in (\"none\", \"pending\", \"succeeded\", \"unknown\")";

    /** What one value may be. */
    public sealed interface Bound {

        /** That text. */
        record Text(String value) implements Bound {}

        /** Yes, or no. */
        record Flag(boolean value) implements Bound {}

        /**
         * A number between two.
         *
         * @param perDay the most that the numbers of such calls may come to within a day; empty if that is not asked
         */
        record Range(BigDecimal least, BigDecimal most, Optional<BigDecimal> perDay) implements Bound {}
    }

    public BoundedException {
        arguments = Collections.unmodifiableSortedMap(new TreeMap<>(arguments));
        if (perDay < 1) {
            throw new IllegalArgumentException("an exception is for one call a day at least");
        }
    }

    /** The rule, in canonical form. */
    public String text() {
        return text("");
    }

    private String text(String obligations) {
        List<String> call = new ArrayList<>(
                List.of("tool == " + RulePrinter.quote(tool.value()), "argumentCount == " + arguments.size()));
        List<String> earlier = new ArrayList<>(List.of(
                "tool == " + RulePrinter.quote(tool.value()), COUNTED, "at >= " + RulePrinter.quote(since.toString())));
        List<String> functions = new ArrayList<>(List.of("$calls : count()"));
        List<String> budget = new ArrayList<>(List.of("$calls < " + perDay));
        int number = 0;
        for (Map.Entry<String, Bound> argument : arguments.entrySet()) {
            String path = RulePrinter.quote(argument.getKey());
            Bound bound = argument.getValue();
            if (bound instanceof Bound.Text text) {
                call.add("text(" + path + ") == " + RulePrinter.quote(text.value()));
            } else if (bound instanceof Bound.Flag flag) {
                call.add("flag(" + path + ") == " + flag.value());
            } else if (bound instanceof Bound.Range range) {
                String name = "$n" + ++number;
                call.add(name + " : number(" + path + ")");
                call.add(name + " >= " + range.least().toPlainString());
                call.add(name + " <= " + range.most().toPlainString());
                if (range.perDay().isPresent()) {
                    earlier.add("$p" + number + " : number(" + path + ")");
                    functions.add("$s" + number + " : sum($p" + number + ")");
                    budget.add("$s" + number + " + " + name + " <= "
                            + range.perDay().get().toPlainString());
                }
            }
        }
        return canonical("rule " + RulePrinter.quote(name) + " when ToolCall( " + String.join(", ", call) + " )\n"
                + "Principal( agent == " + RulePrinter.quote(agent) + ", forPerson == " + forPerson + " )\n"
                + "Now( date < " + RulePrinter.quote(until.toString()) + " )\n"
                + "accumulate( Past( " + String.join(", ", earlier) + " ) over window:time(1d)"
                + (forPerson ? " from entry-point \"tool\"" : "") + "; "
                + String.join(", ", functions) + "; " + String.join(", ", budget) + " )\n"
                + "then allow(" + RulePrinter.quote(reason) + ")" + obligations + "; end");
    }

    /** It is one rule and nothing else, whatever its values hold. */
    private String canonical(String written) {
        List<BundleProblem> problems = new ArrayList<>();
        List<RuleSyntax> rules = RuleParser.parse("exception.drl", written, problems);
        if (!problems.isEmpty() || rules.size() != 1 || !rules.get(0).name().equals(name)) {
            throw InvalidBundleException.of(
                    BundleProblem.ofFile("exception.drl", "a value cannot be written as a rule has it"));
        }
        return Formatter.format("exception.drl", written, problems);
    }

    /**
     * A new version of that bundle, in which the escalating rule makes way for this exception, and nothing else is different. The
     * exception obliges to what the escalation obliges to.
     *
     * @throws InvalidBundleException if the rule is not in one of its rule files, does not escalate, or it cannot be done so that nothing
     *     else changes
     */
    public PolicyBundle in(PolicyBundle bundle, String version, String file) {
        SortedMap<String, String> texts = new TreeMap<>(bundle.texts());
        RuleSyntax rule = find(texts);
        List<String> obligations = rule.opinion().obligations().stream()
                .map(obliged -> RulePrinter.obligation(obliged.obligation()))
                .toList();
        String home = rule.place().file();
        texts.put(home, Formatter.format(home, noted(rule, texts.getOrDefault(home, "")), new ArrayList<>()));
        if (texts.put(file, text(String.join("", obligations))) != null) {
            throw unsafe("there is a file " + file + " already");
        }
        Matcher stated = VERSION.matcher(texts.getOrDefault(BundleFiles.MANIFEST, ""));
        texts.put(BundleFiles.MANIFEST, stated.replaceAll(Matcher.quoteReplacement("version: " + version)));
        PolicyBundle changed = PolicyBundle.ofTexts(texts);
        requireNothingElse(bundle, changed, version);
        return changed;
    }

    private RuleSyntax find(Map<String, String> texts) {
        List<RuleSyntax> found = texts.entrySet().stream()
                .filter(file -> file.getKey().endsWith(BundleFiles.RULES_SUFFIX))
                .flatMap(file -> RuleParser.parse(file.getKey(), file.getValue(), new ArrayList<>()).stream())
                .filter(rule -> rule.name().equals(escalating) && rule.opinion().effect() == Effect.ESCALATE)
                .toList();
        if (found.size() != 1) {
            throw unsafe("the rule \"" + escalating
                    + "\" stands in a table, or does not escalate; write its exception by hand");
        }
        return found.get(0);
    }

    /** The file, with the note behind the name of that rule. */
    private String noted(RuleSyntax rule, String text) {
        List<Token> tokens = Lexer.tokens(rule.place().file(), text, new ArrayList<>());
        for (int i = 0; i + 2 < tokens.size(); i++) {
            Place place = tokens.get(i).place();
            if (place.line() == rule.place().line()
                    && place.column() == rule.place().column()) {
                Place next = tokens.get(i + 2).place();
                String[] lines = text.split("\n", -1);
                String line = lines[next.line() - 1];
                lines[next.line() - 1] = line.substring(0, next.column() - 1) + "@" + Exceptions.NOTE + "("
                        + RulePrinter.quote(name) + ") " + line.substring(next.column() - 1);
                return String.join("\n", lines);
            }
        }
        throw unsafe("the rule cannot be found again");
    }

    private void requireNothingElse(PolicyBundle before, PolicyBundle after, String version) {
        Map<String, String> old = printed(before);
        Map<String, String> now = printed(after);
        String note = "    @" + Exceptions.NOTE + "(" + RulePrinter.quote(name) + ")\n";
        boolean isNew = now.remove(name) != null && !old.containsKey(name);
        now.computeIfPresent(escalating, (rule, text) -> {
            int at = text.indexOf(note);
            return at < 0 ? "" : text.substring(0, at) + text.substring(at + note.length());
        });
        if (!isNew
                || !old.equals(now)
                || !after.version().equals(version)
                || !after.name().equals(before.name())) {
            throw unsafe("more than the exception would change; write it by hand");
        }
    }

    private static Map<String, String> printed(PolicyBundle bundle) {
        return PolicyCompiler.rules(bundle, new ArrayList<>()).stream()
                .collect(Collectors.toMap(RuleSyntax::name, RulePrinter::print, (one, other) -> "", TreeMap::new));
    }

    private static InvalidBundleException unsafe(String message) {
        return InvalidBundleException.of(BundleProblem.ofFile(BundleFiles.MANIFEST, message));
    }
}
