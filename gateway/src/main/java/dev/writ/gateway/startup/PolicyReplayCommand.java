package dev.writ.gateway.startup;

import dev.writ.model.JsonObject;
import dev.writ.rules.InvalidBundleException;
import dev.writ.rules.PolicyBundle;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code writ policy replay}. */
@Command(
        name = "replay",
        mixinStandardHelpOptions = true,
        exitCodeOnExecutionException = 2,
        description = {
            "Asks a running gateway what a bundle would have said of calls that were decided already.",
            "Nothing is changed and no tool is called.",
            "Exit code 0 if every decision comes out as it was, 1 if some do not, 2 if it cannot be told."
        })
final class PolicyReplayCommand implements Callable<Integer> {

    private static final int DIFFERENT = 1;
    private static final int UNKNOWN = 2;
    private static final String REPLAYS = "/v1/policy-replays";
    private static final Duration PAUSE = Duration.ofMillis(250);

    @Parameters(paramLabel = "FOLDER", description = "The folder with bundle.yaml in it.")
    Path folder = Path.of("");

    @Mixin
    Remote gateway = new Remote();

    @Option(names = "--from", paramLabel = "INDEX|TIME", description = "Where to begin. Default: 0")
    @Nullable
    String from;

    @Option(names = "--to", paramLabel = "INDEX|TIME", description = "End, exclusive. Default: the size of the log")
    @Nullable
    String to;

    @Option(names = "--json", description = "Print the gateway's report as it is.")
    boolean json;

    @Override
    public Integer call() throws IOException {
        try {
            return replay(PolicyFolders.read(folder));
        } catch (InvalidBundleException invalid) {
            PolicyFolders.refused(folder, invalid.problems());
            return UNKNOWN;
        }
    }

    private int replay(PolicyBundle bundle) {
        JsonObject.Builder question = JsonObject.builder();
        PolicyLifeCommands.body(bundle).members().forEach(question::put);
        bound(question, from, "from", "since");
        bound(question, to, "to", "until");
        JsonObject run = gateway.post(REPLAYS, question.build());
        String path = REPLAYS + "/" + run.text("id").orElse("");
        long first = number(run, "from");
        try (Progress progress = Progress.onTerminal("Replaying", number(run, "to") - first)) {
            while (run.text("state").equals(Optional.of("running"))) {
                LockSupport.parkNanos(PAUSE.toNanos());
                run = gateway.get(path);
                progress.at(number(run, "at") - first);
            }
        }
        Optional<JsonObject> report = run.object("report");
        if (report.isEmpty()) {
            throw new Remote.RefusedException(run.text("failure").orElse("the replay was cancelled"));
        }
        if (json) {
            System.out.println(run.toJson());
        } else {
            print(report.get());
        }
        return number(report.get(), "flipped") == 0 ? 0 : DIFFERENT;
    }

    private static void bound(JsonObject.Builder question, @Nullable String text, String index, String time) {
        if (text == null) {
            return;
        }
        if (text.matches("\\d{1,18}")) {
            question.put(index, Long.parseLong(text));
        } else {
            question.put(time, text);
        }
    }

    private static void print(JsonObject report) {
        System.out.printf(
                Locale.ROOT,
                "%,d of %,d decisions come out otherwise.%n",
                number(report, "flipped"),
                number(report, "compared"));
        PolicyLifeCommands.objects(report, "flips").forEach(PolicyReplayCommand::printFlips);
        line(number(report, "incomplete"), "cannot be told, since facts were erased or pruned");
        line(number(report, "byGateway"), "were decided by Writ itself, and no bundle changes them");
        JsonObject recorded = report.object("recorded").orElse(JsonObject.empty());
        line(number(recorded, "reproduced"), "are reproduced by the bundles that decided them");
        line(number(recorded, "differing"), "ARE NOT REPRODUCED by the bundles that decided them");
        line(number(recorded, "unchecked"), "could not be checked against the bundles that decided them");
    }

    private static void printFlips(JsonObject flips) {
        System.out.printf(
                Locale.ROOT,
                "%,8d  %s%s -> %s%s%n",
                number(flips, "count"),
                flips.text("was").orElse(""),
                by(flips, "wasBy"),
                flips.text("is").orElse(""),
                by(flips, "isBy"));
        PolicyLifeCommands.objects(flips, "samples")
                .limit(3)
                .forEach(sample -> System.out.println("          " + number(sample, "index") + "  "
                        + sample.text("explanation").orElse("")));
    }

    private static String by(JsonObject flips, String member) {
        return flips.text(member)
                .filter(rule -> !rule.isEmpty())
                .map(rule -> " by \"" + rule + "\"")
                .orElse(" since no rule spoke");
    }

    private static void line(long count, String what) {
        if (count > 0) {
            System.out.printf(Locale.ROOT, "%,8d  %s%n", count, what);
        }
    }

    private static long number(JsonObject of, String member) {
        return of.number(member).map(Number::longValue).orElse(0L);
    }
}
