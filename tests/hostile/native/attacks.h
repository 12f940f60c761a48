// What JavaScript cannot do and native code, which a bug in V8 would give an attacker, can. Each attack is a function that
// says on stdout what came of it; main.c runs the one that the first argument names.
#ifndef RUNNER_TESTS_HOSTILE_NATIVE_ATTACKS_H_
#define RUNNER_TESTS_HOSTILE_NATIVE_ATTACKS_H_

// Prints the result of a raw system call: "ok 42", or the name of errno.
void Say(const char* what, long result);

// All take the arguments behind their name, and how many there are.
typedef int Attack(int argc, char** argv);

Attack Hello;             // nothing at all
Attack Call;              // NUMBER [ARGUMENT...]: any system call with numbers for arguments
Attack Int80;             // the 32-bit convention, which has numbers of its own
Attack X32;               // NUMBER: the x32 convention
Attack TypeIntoStdin;     // TIOCSTI, also with high bits that the kernel does not look at
Attack ViolateInChild;    // fork, and let the child trip the wire
Attack ViolateInThreads;  // many threads at once
Attack Keyring;           // a key under the name given

Attack MapWritten;      // a file of its own making, mapped as code
Attack ExecWritten;     // a program of its own making
Attack ExecAgain;       // the one exec the filter lets through, once more
Attack ExecFromMemory;  // memfd and execveat
Attack WriteImage;      // a directory of the image that is open to all

Attack Descriptors;    // every descriptor there is
Attack ConnectUnix;    // NAME, "@NAME" for an abstract one
Attack SharedSegment;  // KEY: a System V segment
Attack ReadInit;       // init's memory and descriptors, by every door
Attack SpecialFiles;   // a FIFO, a socket, and the one device node that anybody may make

Attack Threads;      // N threads that sleep
Attack ForkBomb;     // fork for ever
Attack LeaveBehind;  // a grandchild of another session that holds stdout
Attack FillSockets;  // N [HOLD]: connections that nobody reads from
Attack FillPipes;    // N [HOLD]: pipes that nobody reads from

#endif  // RUNNER_TESTS_HOSTILE_NATIVE_ATTACKS_H_
