package dev.writ.audit.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.audit.LogVerifierKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Verifies a log with programs that are not ours: Go's golang.org/x/mod/sumdb and Tessera's fsck, npm's @sigstore/verify, openssl.
 * What is not installed, or cannot be downloaded, is skipped with a message.
 */
enum ThirdParty {

    /** Signature, inclusion, consistency, and every entry, tile and hash of the log. */
    GO {
        @Override
        Optional<String> prepare(Path sources) {
            Tool.Result version = Tool.run(sources, SOON, List.of("go", "version"));
            if (!version.isSuccess()) {
                return Optional.of("go is not installed");
            }
            Tool.Result download = Tool.run(sources, LATER, List.of("go", "mod", "download"));
            if (!download.isSuccess()) {
                return Optional.of("go cannot get the modules: " + download.said());
            }
            Tool.Result build = Tool.run(
                    sources,
                    LATER,
                    List.of("go", "build", "-buildvcs=false", "-mod=readonly", "-o", binary().toString(), "."));
            assertThat(build.isSuccess()).as(build.said()).isTrue();
            return Optional.empty();
        }

        @Override
        Tool.Result check(Path log, Path claims) {
            return Tool.run(claims, LATER, List.of(binary().toString(), log.toString(), claims.toString()));
        }

        private Path binary() {
            return BUILT.resolve("go").resolve("peers").toAbsolutePath();
        }
    },

    /** Signature and inclusion. */
    SIGSTORE {
        @Override
        Optional<String> prepare(Path sources) {
            if (!Tool.run(sources, SOON, List.of("node", "--version")).isSuccess()) {
                return Optional.of("node is not installed");
            }
            Tool.Result install = Tool.run(
                    sources,
                    LATER,
                    List.of("npm", "install", "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund"));
            return install.isSuccess()
                    ? Optional.empty()
                    : Optional.of("npm cannot get the packages: " + install.said());
        }

        @Override
        Tool.Result check(Path log, Path claims) {
            return Files.exists(claims.resolve("proof"))
                    ? Tool.run(sources(), SOON, List.of("node", "check.mjs", claims.toString()))
                    : new Tool.Result(0, "there is nothing to prove of an empty log");
        }
    },

    /** Signature. */
    OPENSSL {
        @Override
        Optional<String> prepare(Path sources) {
            Tool.Result version = Tool.run(sources, SOON, List.of("openssl", "version"));
            // Signing a whole message came with 3.0.
            return version.isSuccess() && !version.said().contains(" 1.")
                    ? Optional.empty()
                    : Optional.of("openssl 3 is not installed");
        }

        @Override
        Tool.Result check(Path log, Path claims) {
            try {
                LogVerifierKey key = LogVerifierKey.parse(Files.readString(claims.resolve("vkey")));
                Path parts = Files.createTempDirectory(claims, "openssl");
                String note = Files.readString(log.resolve("checkpoint"));
                int end = note.indexOf("\n\n") + 1;
                String prefix = "— " + key.name() + " ";
                byte[] signature = Arrays.stream(note.substring(end + 1).split("\n", -1))
                        .filter(line -> line.startsWith(prefix))
                        .map(line -> Base64.getDecoder().decode(line.substring(prefix.length())))
                        .findFirst()
                        .orElseThrow();
                byte[] typed = Base64.getDecoder()
                        .decode(key.vkey()
                                .substring(key.vkey().indexOf('+', key.name().length() + 1) + 1));
                Files.write(parts.resolve("text"), note.substring(0, end).getBytes(StandardCharsets.UTF_8));
                Files.write(parts.resolve("signature"), Arrays.copyOfRange(signature, 4, signature.length));
                Files.write(
                        parts.resolve("key"),
                        HexFormat.of()
                                .parseHex("302a300506032b6570032100"
                                        + HexFormat.of().formatHex(typed, 1, typed.length)));
                return Tool.run(
                        parts,
                        SOON,
                        List.of(("openssl pkeyutl -verify -pubin -keyform DER -inkey key -rawin -in text"
                                        + " -sigfile signature")
                                .split(" ", -1)));
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }
    };

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Duration LATER = Duration.ofMinutes(5);
    private static final Path BUILT = Path.of("target", "peers");
    private static final Map<ThirdParty, Optional<String>> ABSENCES = new EnumMap<>(ThirdParty.class);

    /** Gets it ready; tells why it cannot be had here. */
    abstract Optional<String> prepare(Path sources);

    /** Runs it on a tiled log and what is claimed of it: see {@link TileFolder}. */
    abstract Tool.Result check(Path log, Path claims);

    Path sources() {
        return BUILT.resolve(this == SIGSTORE ? "npm" : "go").toAbsolutePath();
    }

    /** Why it cannot be had here, if so. */
    Optional<String> absence() {
        synchronized (ABSENCES) {
            return ABSENCES.computeIfAbsent(this, party -> {
                copySources();
                Optional<String> absence = party.prepare(party.sources());
                absence.ifPresent(why -> System.out.println("Not verified by " + party + ": " + why));
                return absence;
            });
        }
    }

    /** What those that are there find wrong. */
    static List<String> complaints(TileFolder log) {
        List<String> complaints = new ArrayList<>();
        for (ThirdParty party : values()) {
            if (party.absence().isEmpty()) {
                Tool.Result result = party.check(log.folder(), log.claims());
                if (!result.isSuccess()) {
                    complaints.add(party + ": " + result.said());
                }
            }
        }
        return complaints;
    }

    private static void copySources() {
        Path peers = Path.of("src", "test", "peers");
        for (String source : List.of("go/go.mod", "go/go.sum", "go/main.go", "npm/package.json", "npm/check.mjs")) {
            Path copy = BUILT.resolve(source);
            try {
                Files.createDirectories(copy.toAbsolutePath().getParent());
                Files.write(copy, Files.readAllBytes(peers.resolve(source)));
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }
    }
}
