package dev.writ.gateway.startup;

import dev.writ.audit.LogKeys;
import dev.writ.audit.LogVerifierKey;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code --vkey}. */
final class VerifierKeyOption implements ITypeConverter<LogVerifierKey> {

    /** All that were given; they must be of one log. Empty if none was. */
    static Optional<LogKeys> all(List<LogVerifierKey> given, CommandLine command) {
        try {
            return given.stream()
                    .map(LogKeys::of)
                    .reduce((keys, another) -> keys.and(another.all().get(0)));
        } catch (IllegalArgumentException ofTwoLogs) {
            throw new CommandLine.ParameterException(
                    command, ofTwoLogs.getMessage() + "; --vkey takes the keys of one log");
        }
    }

    @Override
    public LogVerifierKey convert(String vkey) {
        try {
            return LogVerifierKey.parse(vkey);
        } catch (IllegalArgumentException notOne) {
            throw new TypeConversionException(
                    notOne.getMessage() + "; 'writ audit key' prints it where the log is written");
        }
    }
}
