package dev.writ.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's tour, run as a reader would: its commands, one after the other, in one shell. */
class TourIT {

    private static final Path REPOSITORY = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern TOUR = Pattern.compile("## The tour.*?(?=\\n## )", Pattern.DOTALL);
    private static final Pattern COMMANDS = Pattern.compile("^```sh\\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE);

    private static final Pattern PORTS = Pattern.compile("8080|8090");

    /** Says on standard error, where no command looks for its input, that a command failed and that a step ended. */
    private static final String SHELL = """
            set -E
            trap 'echo "FAILED: $BASH_COMMAND" >&2' ERR
            trap 'kill $(jobs -p) 2> /dev/null; wait' EXIT
            """;

    private static final String END = "--- end of step ---";

    @TempDir
    private Path temp;

    @Test
    void showsWhatItPromises() throws Exception {
        List<String> steps = commands();

        List<String> shown = run(steps);

        assertThat(String.join("", shown))
                .as("what the tour shows; a Writ that is older than its sources would be built first")
                .doesNotContain("building Writ")
                .doesNotContain("FAILED: ");
        List<List<String>> expected = List.of(
                List.of("writ ", "ready"),
                List.of(),
                List.of("billing.list_payments", "billing.refund"),
                List.of("\"support-bot\"", "\"effect\":\"deny\"", "\"status\":403"),
                List.of("\"index\":"),
                List.of(
                        "\"duplicateOf\":\"pay-3002\"",
                        "\"status\":\"succeeded\"",
                        "\"ref-9001\"",
                        "\"rule\":\"refund only charges seen as duplicate\"",
                        "\"status\":\"escalated\"",
                        "\"group\":\"finance\""),
                List.of(
                        "\"state\":\"open\"",
                        "\"amount\":480",
                        "\"viewDigest\":",
                        "\"state\":\"approved\"",
                        "\"status\":\"succeeded\"",
                        "\"ref-9002\""),
                List.of(
                        "\"kind\":\"DECIDED\"",
                        "\"kind\":\"APPROVAL_GRANTED\"",
                        "\"kind\":\"EXECUTED\"",
                        "writ.local/",
                        "The log is intact",
                        "The proof is good"));
        assertThat(shown).hasSameSizeAs(steps).hasSameSizeAs(expected);
        for (int step = 0; step < expected.size(); step++) {
            String output = shown.get(step);
            expected.get(step).forEach(word -> assertThat(output).contains(word));
        }
    }

    private static List<String> commands() throws IOException {
        Matcher tour = TOUR.matcher(Files.readString(REPOSITORY.resolve("README.md")));
        assertThat(tour.find()).as("the README has a tour").isTrue();
        return COMMANDS.matcher(tour.group())
                .results()
                .map(found -> found.group(1))
                .toList();
    }

    /** What each step has printed. */
    private List<String> run(List<String> steps) throws IOException, InterruptedException {
        StringBuilder script = new StringBuilder(SHELL);
        steps.forEach(step -> script.append(step).append("echo '").append(END).append("' >&2\n"));
        Map<String, String> ports =
                Map.of("8080", Integer.toString(Ports.free()), "8090", Integer.toString(Ports.free()));
        Path file = Files.writeString(
                temp.resolve("tour.sh"), PORTS.matcher(script).replaceAll(found -> ports.get(found.group())));
        Path output = temp.resolve("output.txt");
        ProcessBuilder shell = new ProcessBuilder("bash", file.toString())
                .directory(REPOSITORY.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        shell.environment().put("TMPDIR", temp.toString());
        shell.environment().put("JAVA_HOME", System.getProperty("java.home"));
        shell.environment().put("PATH", withoutMaven() + ":" + System.getenv("PATH"));
        Process process = shell.start();
        boolean ended = process.waitFor(5, TimeUnit.MINUTES);
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
        String printed = Files.readString(output, UTF_8);
        assertThat(ended).as("the tour ends; so far: %s", printed).isTrue();
        List<String> shown = new ArrayList<>(List.of(printed.split(END + "\n", -1)));
        shown.remove(shown.size() - 1);
        return shown;
    }

    /** A folder with a Maven that fails: what is packaged is under test, and the tour must not package it anew. */
    private String withoutMaven() throws IOException {
        Path folder = Files.createDirectory(temp.resolve("bin"));
        Path maven = Files.writeString(folder.resolve("mvn"), "#!/bin/sh\nexit 1\n");
        assertThat(maven.toFile().setExecutable(true)).isTrue();
        return folder.toString();
    }
}
