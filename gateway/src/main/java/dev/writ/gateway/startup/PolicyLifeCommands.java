package dev.writ.gateway.startup;

import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import dev.writ.rules.BundleProblem;
import dev.writ.rules.InvalidBundleException;
import dev.writ.rules.PolicyBundle;
import dev.writ.rules.PolicyCompiler;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code writ policy publish|list|shadow|flips|approve|canary|activate|deactivate|rollback}: the life of a version. */
final class PolicyLifeCommands {

    private static final String POLICIES = "/v1/policies";

    private PolicyLifeCommands() {}

    /** A bundle's folder as the body that publishes it. */
    static JsonObject body(PolicyBundle bundle) {
        JsonObject.Builder files = JsonObject.builder();
        bundle.texts().forEach(files::put);
        return JsonObject.builder().put("files", files.build()).build();
    }

    private static String text(JsonObject object, String member) {
        return object.text(member).orElse("");
    }

    /** The objects among the items of an array; none if there is no array. */
    static Stream<JsonObject> objects(JsonObject object, String member) {
        return object.array(member).map(JsonArray::items).orElse(List.of()).stream()
                .filter(JsonObject.class::isInstance)
                .map(JsonObject.class::cast);
    }

    /** Every published version, newest first. */
    private static Stream<JsonObject> all(Remote gateway) {
        return gateway.items(POLICIES);
    }

    /** {@code writ policy publish}. */
    @Command(
            name = "publish",
            mixinStandardHelpOptions = true,
            description = "Publishes a bundle's folder, for good; it decides nothing yet. Needs the role author.")
    static final class Publish implements Callable<Integer> {

        @Mixin
        Remote gateway = new Remote();

        @Parameters(paramLabel = "FOLDER", description = "The folder with bundle.yaml in it.")
        Path folder = Path.of("");

        @Override
        public Integer call() throws IOException {
            try {
                PolicyBundle bundle = PolicyFolders.read(folder);
                List<BundleProblem> problems = PolicyCompiler.unreadable(bundle);
                if (!problems.isEmpty()) {
                    return PolicyFolders.refused(folder, problems);
                }
                JsonObject made = gateway.post(POLICIES, body(bundle));
                System.out.println(text(made, "name") + "@" + text(made, "version") + " " + text(made, "digest"));
                return 0;
            } catch (InvalidBundleException invalid) {
                return PolicyFolders.refused(folder, invalid.problems());
            }
        }
    }

    /** {@code writ policy list}. */
    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = "Lists the published versions, newest first, and which part each has.")
    static final class Listing implements Callable<Integer> {

        @Mixin
        Remote gateway = new Remote();

        @Option(names = "--used", description = "Only those that are active, in a canary or in the shadow.")
        boolean used;

        @Override
        public Integer call() {
            all(gateway)
                    .filter(bundle -> !used || !text(bundle, "state").equals("inactive"))
                    .forEach(bundle -> System.out.printf(
                            "%-8s  %-40s %s  by %s%s%n",
                            text(bundle, "state"),
                            text(bundle, "name") + "@" + text(bundle, "version"),
                            text(bundle, "digest"),
                            text(bundle, "publishedBy"),
                            bundle.isTrue("observe") ? "  OBSERVES: allows what no other bundle speaks of" : ""));
            return 0;
        }
    }

    /** One that is about a version. */
    abstract static class OfVersion implements Callable<Integer> {

        @Mixin
        Remote gateway = new Remote();

        @Parameters(paramLabel = "VERSION", description = "Its digest, or NAME@VERSION.")
        String version = "";

        /** Carries the step out; gives what to say. */
        abstract String step(String path);

        @Override
        public Integer call() {
            System.out.println(step(POLICIES + "/" + digest()));
            return 0;
        }

        private String digest() {
            if (!version.contains("@")) {
                return version;
            }
            return all(gateway)
                    .filter(bundle -> version.equals(text(bundle, "name") + "@" + text(bundle, "version")))
                    .map(bundle -> text(bundle, "digest"))
                    .findFirst()
                    .orElseThrow(() -> new Remote.RefusedException(
                            "no version " + version + " was published; 'writ policy list' says what was"));
        }

        String post(String path, JsonObject body, String done) {
            return done + " from entry " + Remote.index(gateway.post(path, body)) + " on";
        }
    }

    /** One that takes a step with a version about which there is nothing else to say. */
    abstract static class PlainStep extends OfVersion {

        private final String name;
        private final String done;

        /** @param name of the step, in paths */
        PlainStep(String name, String done) {
            this.name = name;
            this.done = done;
        }

        @Override
        final String step(String path) {
            return post(path + "/" + name, JsonObject.empty(), done);
        }
    }

    /** {@code writ policy shadow}. */
    @Command(
            name = "shadow",
            mixinStandardHelpOptions = true,
            description = "Lets a version decide without effect, or ends that. Needs the role author or reviewer.")
    static final class Shadow extends OfVersion {

        @Option(names = "--end", description = "End it.")
        boolean end;

        @Override
        String step(String path) {
            return end
                    ? "no longer in the shadow from entry " + Remote.index(gateway.delete(path + "/shadow")) + " on"
                    : post(path + "/shadow", JsonObject.empty(), "in the shadow");
        }
    }

    /** {@code writ policy flips}. */
    @Command(
            name = "flips",
            mixinStandardHelpOptions = true,
            description = "Says which calls a version in the shadow or in a canary decides otherwise, by rule.")
    static final class Flips extends OfVersion {

        @Option(names = "--calls", description = "Calls shown of each group. Default: ${DEFAULT-VALUE}")
        int calls = 3;

        @Override
        String step(String path) {
            JsonObject found = gateway.get(path + "/flips?limit=" + calls);
            StringBuilder out = new StringBuilder()
                    .append(number(found, "compared"))
                    .append(" calls compared, ")
                    .append(number(found, "dropped"))
                    .append(" dropped");
            objects(found, "groups").forEach(group -> {
                out.append(String.format(
                        "%n%6s  %s -> %s", number(group, "count"), side(group, "without"), side(group, "with")));
                objects(group, "calls")
                        .forEach(call -> out.append(
                                String.format("%n        %s at %s", text(call, "call"), number(call, "index"))));
            });
            return out.toString();
        }

        private static String number(JsonObject object, String member) {
            return Remote.number(object, member).orElse("0");
        }

        private static String side(JsonObject group, String member) {
            JsonObject side = group.object(member).orElse(JsonObject.empty());
            return text(side, "effect")
                    + side.text("rule").map(rule -> " by \"" + rule + "\"").orElse(" by silence");
        }
    }

    /** {@code writ policy approve}. */
    @Command(
            name = "approve",
            mixinStandardHelpOptions = true,
            description = "Says that a version may decide; it does not do so yet. Needs the role reviewer.")
    static final class Approve extends PlainStep {
        Approve() {
            super("approve", "approved");
        }
    }

    /** {@code writ policy canary}. */
    @Command(
            name = "canary",
            mixinStandardHelpOptions = true,
            description = "Lets a version decide for a share of identities. Needs the role reviewer.")
    static final class Share extends OfVersion {

        @Option(names = "--percent", required = true, paramLabel = "N", description = "1 to 99.")
        int percent;

        @Option(
                names = "--band",
                paramLabel = "POINTS",
                description = "Percent points by which it may be away from the rest before it is rolled back.")
        OptionalInt band = OptionalInt.empty();

        @Override
        String step(String path) {
            JsonObject.Builder share = JsonObject.builder().put("percent", percent);
            band.ifPresent(points -> share.put("band", points));
            return post(path + "/canary", share.build(), "decides for " + percent + " % of identities");
        }
    }

    /** {@code writ policy activate}. */
    @Command(
            name = "activate",
            mixinStandardHelpOptions = true,
            description = "Lets a version decide, in place of the active one of its name. Needs the role reviewer.")
    static final class Activate extends PlainStep {
        Activate() {
            super("activate", "decides");
        }
    }

    /** {@code writ policy deactivate}. */
    @Command(
            name = "deactivate",
            mixinStandardHelpOptions = true,
            description = "Ends the active version: none of its name decides any more. Needs the role reviewer.")
    static final class Deactivate extends PlainStep {
        Deactivate() {
            super("deactivate", "decides nothing any more");
        }
    }

    /** {@code writ policy rollback}. */
    @Command(
            name = "rollback",
            mixinStandardHelpOptions = true,
            description = "Ends the canary of a name, or else lets the version decide that was active before."
                    + " Needs the role reviewer.")
    static final class Rollback implements Callable<Integer> {

        @Mixin
        Remote gateway = new Remote();

        @Parameters(paramLabel = "NAME", description = "The bundle's name.")
        String name = "";

        @Override
        public Integer call() {
            JsonObject answer = gateway.post(POLICIES + "/" + name + "/rollback", JsonObject.empty());
            System.out.println("rolled back from entry " + Remote.index(answer) + " on");
            return 0;
        }
    }
}
