package network

import (
	"bufio"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// checkPorts fails if a port of a process that is to be started is taken, and says by whom.
func checkPorts(processes []Process) error {
	for _, p := range processes {
		for _, port := range p.Ports {
			l, err := net.Listen("tcp", net.JoinHostPort(loopback, strconv.Itoa(port)))
			if err == nil {
				l.Close()
				continue
			}
			if !errors.Is(err, syscall.EADDRINUSE) {
				return fail(CodePort, err, "", "port %d, which %s needs, cannot be used", port, p.Name)
			}
			return fail(CodePort, nil, "Stop that process, or choose another port base.",
				"port %d, which %s needs, is taken by %s", port, p.Name, portOwner(port))
		}
	}
	return nil
}

// portOwner names the process that listens on a port: "postgres (process 812)".
func portOwner(port int) string {
	for _, table := range []string{"/proc/net/tcp", "/proc/net/tcp6"} {
		inode, found := listener(table, port)
		if !found {
			continue
		}
		if pid, found := socketOwner(inode); found {
			return fmt.Sprintf("%s (process %d)", programName(pid), pid)
		}
	}
	return "a process of another user"
}

// listener finds the socket that listens on the port in one of the kernel's tables.
func listener(table string, port int) (inode string, found bool) {
	f, err := os.Open(table)
	if err != nil {
		return "", false
	}
	defer f.Close()
	const listening = "0A"
	suffix := fmt.Sprintf(":%04X", port)
	for s := bufio.NewScanner(f); s.Scan(); {
		fields := strings.Fields(s.Text())
		if len(fields) > 9 && fields[3] == listening && strings.HasSuffix(fields[1], suffix) {
			return fields[9], true
		}
	}
	return "", false
}

// socketOwner finds a process that holds the socket. Only processes that this user may look into are found.
func socketOwner(inode string) (pid int, found bool) {
	want := "socket:[" + inode + "]"
	links, err := filepath.Glob("/proc/[0-9]*/fd/*")
	if err != nil {
		return 0, false
	}
	for _, link := range links {
		if target, err := os.Readlink(link); err == nil && target == want {
			pid, err := strconv.Atoi(strings.Split(link, "/")[2])
			return pid, err == nil
		}
	}
	return 0, false
}

func programName(pid int) string {
	name, err := os.ReadFile(fmt.Sprintf("/proc/%d/comm", pid))
	if err != nil {
		return "a program"
	}
	return strings.TrimSpace(string(name))
}
