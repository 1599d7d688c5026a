package dev.writ.gateway.startup;

import static dev.writ.gateway.startup.ConnectorsCommand.text;

import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code writ keys}. */
@Command(
        name = "keys",
        mixinStandardHelpOptions = true,
        description = "Makes API keys, lists them and ends them.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {KeysCommand.Create.class, KeysCommand.Listing.class, KeysCommand.Revoke.class})
final class KeysCommand {

    private static final String KEYS = "/v1/keys";

    private KeysCommand() {}

    /** {@code writ keys create}. */
    @Command(
            name = "create",
            mixinStandardHelpOptions = true,
            description = {
                "Makes a key and prints it, this once. Needs the role admin; the first one is made",
                "with --key-file $WRIT_HOME/bootstrap-key and has the role admin."
            })
    static final class Create implements Callable<Integer> {

        @Mixin
        Remote gateway = new Remote();

        @Parameters(paramLabel = "PRINCIPAL", description = "A registered agent, or a person's handle.")
        String principal = "";

        @Option(
                names = "--role",
                required = true,
                split = ",",
                paramLabel = "ROLE",
                description = "agent, application or reporter for a program; admin, operator, author, reviewer, auditor"
                        + " or approver for a person. More than one with commas.")
        List<String> roles = List.of();

        @Option(
                names = "--subject",
                paramLabel = "PERSON",
                description = "A person that an agent may act for. Can be repeated.")
        List<String> subjects = List.of();

        @Option(
                names = "--group",
                paramLabel = "GROUP",
                description = "A group that an approver decides for. Can be repeated.")
        List<String> groups = List.of();

        @Option(
                names = "--tool",
                paramLabel = "PATTERN",
                description = "Tools that an agent's key is for, such as notes.*; all if left out. Can be repeated.")
        List<String> tools = List.of();

        @Option(names = "--expires-in", paramLabel = "TIME", description = "Such as 30d or 12h.")
        Optional<String> expiresIn = Optional.empty();

        @Option(
                names = "--out",
                paramLabel = "FILE",
                description = "Write the key into a new file that only you can read, and do not print it.")
        Optional<Path> out = Optional.empty();

        @Override
        public Integer call() {
            // The file first: a key that cannot be kept is not made.
            out.ifPresent(Create::reserve);
            JsonObject made;
            try {
                made = gateway.post(KEYS, body());
            } catch (Remote.RefusedException | UncheckedIOException failed) {
                out.ifPresent(Create::giveBack);
                throw failed;
            }
            String key = text(made, "key");
            if (out.isEmpty()) {
                System.out.println(key);
                return 0;
            }
            write(out.get(), key);
            System.out.printf(
                    "key %s of %s (%s) until %s is in %s%n",
                    text(made, "id"), text(made, "principal"), roles(made), text(made, "expiresAt"), out.get());
            return 0;
        }

        private JsonObject body() {
            JsonObject.Builder body =
                    JsonObject.builder().put("principal", principal).put("roles", JsonArray.ofTexts(roles));
            put(body, "subjects", subjects);
            put(body, "groups", groups);
            put(body, "tools", tools);
            expiresIn.ifPresent(time -> body.put("expiresIn", time));
            return body.build();
        }

        private static void put(JsonObject.Builder body, String member, List<String> texts) {
            if (!texts.isEmpty()) {
                body.put(member, JsonArray.ofTexts(texts));
            }
        }

        private static void reserve(Path file) {
            try {
                Files.createFile(
                        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            } catch (FileAlreadyExistsException taken) {
                throw new UncheckedIOException(
                        "there is a file " + file + " already, and keys are not overwritten; nothing was made", taken);
            } catch (IOException unwritable) {
                throw new UncheckedIOException(file + " cannot be written; nothing was made", unwritable);
            }
        }

        private static void giveBack(Path file) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException stays) {
                throw new UncheckedIOException(
                        "no key was made, and the empty file " + file + " cannot be deleted", stays);
            }
        }

        private static void write(Path file, String key) {
            try {
                Files.writeString(file, key + "\n");
            } catch (IOException unwritable) {
                throw new UncheckedIOException(
                        "a key was made, and cannot be written to " + file + "; end it with 'writ keys revoke'",
                        unwritable);
            }
        }
    }

    private static String roles(JsonObject key) {
        return String.join(", ", key.array("roles").map(JsonArray::texts).orElse(List.of()));
    }

    /** {@code writ keys list}. */
    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = "Lists the keys, never their secrets. Needs the role admin.")
    static final class Listing implements Callable<Integer> {

        @Mixin
        Remote gateway = new Remote();

        @Override
        public Integer call() {
            gateway.items(KEYS)
                    .forEach(key -> System.out.printf(
                            "%-10s %s  %-24s %s  until %s%n",
                            text(key, "state"),
                            text(key, "id"),
                            text(key, "principal"),
                            roles(key),
                            text(key, "expiresAt")));
            return 0;
        }
    }

    /** {@code writ keys revoke}. */
    @Command(
            name = "revoke",
            mixinStandardHelpOptions = true,
            description = "Ends a key; no call it submits is allowed any more. Needs the role admin.")
    static final class Revoke implements Callable<Integer> {

        @Mixin
        Remote gateway = new Remote();

        @Parameters(paramLabel = "KEY", description = "Its id, as 'writ keys list' says it.")
        String id = "";

        @Override
        public Integer call() {
            gateway.remove(KEYS + "/" + id);
            System.out.println("key " + id + " has ended");
            return 0;
        }
    }
}
