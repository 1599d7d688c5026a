package dev.writ.gateway.startup;

import dev.writ.model.ToolDefinition;
import dev.writ.rules.BundleDiff;
import dev.writ.rules.InvalidBundleException;
import dev.writ.rules.PolicyBundle;
import dev.writ.rules.ToolSet;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code writ policy diff}. */
@Command(
        name = "diff",
        mixinStandardHelpOptions = true,
        exitCodeOnExecutionException = PolicyCommand.UNUSABLE,
        description = {
            "Says what is different between two versions of a bundle: its scope, its groups, rules by their",
            "meaning, and which cases of either come out differently. Exit code 1 if one does not compile."
        })
final class PolicyDiffCommand implements Callable<Integer> {

    @Parameters(index = "0", paramLabel = "BEFORE", description = "The folder of the one version.")
    Path before = Path.of("");

    @Parameters(index = "1", paramLabel = "AFTER", description = "The folder of the other.")
    Path after = Path.of("");

    @Mixin
    ToolFiles tools = new ToolFiles();

    @Override
    public Integer call() throws IOException {
        Path reading = before;
        try {
            PolicyBundle one = PolicyFolders.read(before);
            reading = after;
            PolicyBundle other = PolicyFolders.read(after);
            print(BundleDiff.between(one, other, known(one, other)));
            return CommandLine.ExitCode.OK;
        } catch (InvalidBundleException invalid) {
            return PolicyFolders.refused(reading, invalid.problems());
        }
    }

    /** What either of them may name. */
    private ToolSet known(PolicyBundle one, PolicyBundle other) {
        ToolSet old = tools.of(before, one);
        ToolSet now = tools.of(after, other);
        if (old instanceof ToolSet.Given && now instanceof ToolSet.Given) {
            return now;
        }
        Map<String, ToolDefinition> both = new TreeMap<>();
        old.definitions().forEach(tool -> both.put(tool.name().value(), tool));
        now.definitions().forEach(tool -> both.put(tool.name().value(), tool));
        return new ToolSet.Assumed(List.copyOf(both.values()));
    }

    private void print(BundleDiff diff) {
        if (diff.isEmpty()) {
            System.out.println("no difference in meaning");
        }
        diff.changes().forEach(System.out::println);
        for (BundleDiff.RuleChange rule : diff.rules()) {
            System.out.println(rule.kind() + ": \"" + rule.name() + "\"");
            lines("- ", rule.before(), rule.after());
            lines("+ ", rule.after(), rule.before());
        }
        for (BundleDiff.Flip flip : diff.flips()) {
            System.out.println("case " + flip.file() + ":" + flip.line() + ": " + flip.name());
            System.out.println("  before: " + flip.before());
            System.out.println("  after:  " + flip.after());
        }
    }

    /** The lines that the other text does not have. */
    private static void lines(String sign, String text, String other) {
        List<String> known = other.lines().toList();
        text.lines().filter(line -> !known.contains(line)).forEach(line -> System.out.println("  " + sign + line));
    }
}
